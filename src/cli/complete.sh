# SPDX-License-Identifier: MIT

# _fdmap_letters WORD: through letters behind a - or +, to the one that takes a value. What of the word is that
# value begins at $begins, '' where the word ends before it.
_fdmap_letters() {
	local sign=${1:0:1} at=1
	begins=''
	while ((at < ${#1})); do
		_fdmap_option "$sign${1:$at:1}"
		((at += 1))
		case $how in
		none) continue ;;
		digits)
			while [[ ${1:$at:1} == [0-9] ]]; do
				((at += 1))
			done
			if ((at < ${#1})); then
				continue
			fi
			;;
		esac
		if ((at < ${#1})); then
			begins=$at
		fi
		return
	done
}

# _fdmap_walk WORD...: what the last of the words of a command line is, in $mode: an option, letters, a name,
# or the value of an option, of which $how, $kind and $shown tell, from $begins on.
_fdmap_walk() {
	local open=none word
	mode=option how=none kind='' shown='' begins=''
	while (($# > 0)); do
		word=$1
		shift
		case $open:$word in
		required:* | optional: | optional:[!-+]* | digits:[0-9]* | part:[0-9cm]*)
			mode=value begins=0 open=none
			continue
			;;
		esac
		open=none
		case $word in
		--?*=*)
			_fdmap_option "${word%%=*}"
			mode=value begins=${word%%=*}=
			begins=${#begins}
			;;
		--?*)
			mode=option
			_fdmap_option "$word"
			if [[ $how == required ]]; then
				open=$how
			fi
			;;
		-- | ++)
			mode=option
			if (($# > 0)); then
				mode=name
				return
			fi
			;;
		[-+]?*)
			_fdmap_letters "$word"
			mode=letters
			if [[ -n $begins ]]; then
				mode=value
			else
				open=$how
			fi
			;;
		'' | [-+])
			mode=option
			if [[ -z $word ]]; then
				mode=name
			fi
			if (($# > 0)); then
				mode=name
				return
			fi
			;;
		*)
			mode=name
			return
			;;
		esac
	done
}

# _fdmap_item VALUE: where its last item begins, in $item, behind what may lead it; of that the part is known.
_fdmap_item() {
	local last=''
	_fdmap_between "$kind"
	item=${#1}
	while ((item > 0)); do
		last=${1:$((item - 1)):1}
		if [[ $between == *"$last"* ]]; then
			break
		fi
		last=''
		((item -= 1))
	done
	_fdmap_part "${kind}:${last}"
	if [[ -n $each ]]; then
		item=${#1}
	fi
	while [[ -n ${1:$item:1} && $leads == *"${1:$item:1}"* ]]; do
		((item += 1))
	done
}
