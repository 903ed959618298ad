# SPDX-License-Identifier: MIT

# _fdmap_offer WORD [HELP]: what has other characters than letters, digits and those of ASCII is not offered.
_fdmap_offer() {
	if [[ -n $1 && $1 != *[^[:alnum:]\ -~]* ]]; then
		offers+=("${${1//\\/\\\\}//:/\\:}${2:+:}${2//[^[:alnum:] -~]/?}")
	fi
}

_fdmap_pids() {
	local file text
	for file in /proc/<->/comm(N); do
		{ text=$(<$file) } 2>/dev/null
		if [[ -n $text ]]; then
			_fdmap_offer ${${file#/proc/}%/comm} $text
		fi
	done
}

_fdmap_pgids() {
	local file text rest
	for file in /proc/<->/stat(N); do
		{ text=$(<$file) } 2>/dev/null
		rest=${${text##*\) }#* * }
		if [[ -n $text && ${rest%% *} == ${text%% *} ]]; then
			_fdmap_offer ${text%% *} ${${text#*\(}%\) *}
		fi
	done
}

_fdmap_commands() {
	local file text
	local -aU seen
	for file in /proc/<->/comm(N); do
		{ text=$(<$file) } 2>/dev/null
		seen+=("$text")
	done
	for text in $seen; do
		_fdmap_offer $text
	done
}

_fdmap_lines() {
	local line
	while IFS= read -r line; do
		_fdmap_offer "${line%%:*}" "${line#*:}"
	done
}
_fdmap_users() { _fdmap_lines < <(getent passwd | awk -F: '{ print $1 ":" $5 }') }
_fdmap_services() { _fdmap_lines < <(getent services | awk '{ print $1 ":" $2 }') }
_fdmap_hosts() { _fdmap_lines < <(getent hosts | awk '{ for (n = 2; n <= NF; n++) print $n ":" $1 }') }

_fdmap_netns() {
	local file
	for file in /run/netns/*(N); do
		_fdmap_offer ${file:t}
	done
}

_fdmap_mounts() {
	local source place rest
	{
		while read -r source place rest; do
			_fdmap_offer "${(g:o:)place}" "$source"
		done </proc/self/mounts
	} 2>/dev/null
}

_fdmap_shown() { offers+=(${(s::)shown}) }

# What the word becomes as a value.
_fdmap_value() {
	local between leads lists goes_on each item list
	local -a offers suffix
	_fdmap_item "$PREFIX"
	compset -p $item
	case $lists in
	'') _message "$shown" ;;
	files) _files ;;
	directories) _files -/ ;;
	*)
		for list in ${=lists}; do
			_fdmap_list $list
		done
		if [[ -n $each ]]; then
			offers=(${offers:#[$IPREFIX]*})
		fi
		if [[ -n $goes_on ]]; then
			suffix=(-S '')
		elif [[ $between == *,* ]]; then
			suffix=(-qS ,)
		fi
		_describe -t $kind "$shown" offers "${suffix[@]}"
		;;
	esac
}

_fdmap_options() {
	local -a offers letters
	local option
	_fdmap_list options
	if [[ $mode == letters ]]; then
		# More letters behind those that are there, and the word as it is.
		letters=(${${(M)offers:#$PREFIX:*}:-${PREFIX//:/\\:}})
		if [[ $how == (none|digits) ]]; then
			for option in ${(M)offers:#${PREFIX[1]}?:*}; do
				if [[ $PREFIX != *${option[2]}* ]]; then
					letters+=($PREFIX${option[2,-1]})
				fi
			done
		fi
		offers=($letters)
	fi
	_describe -o option offers
}

_fdmap() {
	local mode how kind shown begins
	_fdmap_walk "${(@Q)words[2,CURRENT-1]}" "$PREFIX"
	case $mode in
	value)
		compset -p $begins
		_fdmap_value
		;;
	name) _files ;;
	*) _fdmap_options ;;
	esac
}
