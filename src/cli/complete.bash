# SPDX-License-Identifier: MIT

# _fdmap_offer WORD [HELP]: what has other characters than letters, digits and those of ASCII is not offered.
_fdmap_offer() {
	if [[ -n $1 && $1 != *[^[:alnum:]\ -~]* ]]; then
		offers+=("$1")
		helps[${#offers[@]} - 1]=${2-}
	fi
}

# _fdmap_processes FILE FUNCTION: calls it with the number of each process and what its file has.
_fdmap_processes() {
	local directory text
	for directory in /proc/[0-9]*; do
		text=''
		{ IFS='' read -r -d '' text <"$directory/$1"; } 2>/dev/null
		if [[ -n $text ]]; then
			"$2" "${directory##*/}" "${text%$'\n'}"
		fi
	done
}

_fdmap_process() { _fdmap_offer "$1" "${2//[^[:alnum:]\ -~]/?}"; }
_fdmap_pids() { _fdmap_processes comm _fdmap_process; }

_fdmap_leader() {
	local name=${2#*\(} rest=${2##*\) }
	rest=${rest#* * }
	if [[ ${rest%% *} == "$1" ]]; then
		_fdmap_process "$1" "${name%\) *}"
	fi
}
_fdmap_pgids() { _fdmap_processes stat _fdmap_leader; }

_fdmap_command() {
	if [[ $seen != *$'\n'"$2"$'\n'* ]]; then
		seen+=$2$'\n'
		_fdmap_offer "$2"
	fi
}
_fdmap_commands() {
	local seen=$'\n'
	_fdmap_processes comm _fdmap_command
}

_fdmap_lines() {
	local line
	while IFS='' read -r line; do
		_fdmap_offer "$line"
	done
}
_fdmap_users() { _fdmap_lines < <(compgen -u); }
_fdmap_services() { _fdmap_lines < <(compgen -A service); }

_fdmap_hosts() {
	local names name
	{
		while read -r -a names; do
			for name in "${names[@]:1}"; do
				if [[ ${names[0]} == \#* || $name == \#* ]]; then
					break
				fi
				_fdmap_offer "$name"
			done
		done </etc/hosts
	} 2>/dev/null
}

_fdmap_netns() {
	local file
	for file in /run/netns/*; do
		[[ -e $file ]] && _fdmap_offer "${file##*/}"
	done
}

_fdmap_mounts() {
	local source place rest
	{
		while read -r source place rest; do
			printf -v place %b "${place//\\/\\0}"
			_fdmap_offer "$place" "$source"
		done </proc/self/mounts
	} 2>/dev/null
}

# _fdmap_take CHARACTER TYPED: of the word at hand
_fdmap_take() {
	word+=$1 raw+=$2 within=1
	ends[${#word}]=${#raw}
}

_fdmap_word_ends() {
	if [[ -n $within && -z $redirected ]]; then
		typed+=("$word")
	fi
	if [[ -n $within ]]; then
		redirected=''
	fi
	word='' raw='' within='' broken=0 ends=(0)
}

# _fdmap_split LINE: its words in $typed, without their quotes. Of the last one $word is the same, $raw what was
# typed, $quote the quote that it is in; ${ends[N]} is where its Nth character ends in $raw, and what readline
# replaces begins at $from.
_fdmap_split() {
	local character at=0 broken opened=0
	word='' raw='' within='' broken=0 ends=(0) typed=() quote='' redirected=''
	while ((at < ${#1})); do
		character=${1:at:1}
		((at += 1))
		case $quote:$character in
		\':\' | \":\")
			quote='' raw+=$character
			;;
		\":\\ | :\\)
			if [[ -n $quote && ${1:at:1} != [\"\\\$\`] ]]; then
				_fdmap_take \\ \\
			elif ((at < ${#1})); then
				_fdmap_take "${1:at:1}" "\\${1:at:1}"
				((at += 1))
			fi
			;;
		\':* | \":*) _fdmap_take "$character" "$character" ;;
		:\' | :\")
			quote=$character raw+=$character within=1 opened=${#raw}
			;;
		:[[:space:]]) _fdmap_word_ends ;;
		:[\<\>])
			if [[ $raw != *[!0-9]* ]]; then
				within=''
			fi
			_fdmap_word_ends
			redirected=1
			;;
		:[\|\&\;\(\)]) _fdmap_word_ends ;;
		*)
			_fdmap_take "$character" "$character"
			if [[ $COMP_WORDBREAKS == *"$character"* ]]; then
				broken=${#raw}
				# It begins names of hosts to readline, which leaves it to them.
				if [[ $character == @ ]]; then
					((broken -= 1))
				fi
			fi
			;;
		esac
	done
	from=$broken
	if [[ -n $quote ]]; then
		from=$opened
	fi
	typed+=("$word")
}

# _fdmap_quoted WORD: it, as it must stand in the quotes that are open.
_fdmap_quoted() {
	quoted=$1
	case $quote in
	\') quoted=${1//\'/\'\\\'\'} ;;
	\")
		quoted=${quoted//\\/\\\\}
		quoted=${quoted//\"/\\\"}
		quoted=${quoted//\$/\\\$}
		quoted=${quoted//\`/\\\`}
		;;
	*)
		if [[ -n $1 ]]; then
			printf -v quoted %q "$1"
		fi
		;;
	esac
}

# _fdmap_reply STEM: of what is offered that which begins as the word does behind so many of its characters.
_fdmap_reply() {
	local rest=${word:$1} kept=0 at quoted matches=() texts=()
	# Characters of the word that readline leaves as they are.
	while ((kept < ${#word} && ends[kept + 1] <= from)); do
		((kept += 1))
	done
	for at in "${!offers[@]}"; do
		if [[ ${offers[at]} == "$rest"* ]]; then
			matches+=("${offers[at]}")
			texts+=("${helps[at]-}")
		fi
	done
	for at in "${!matches[@]}"; do
		if ((kept > $1)); then
			_fdmap_quoted "${matches[at]:kept-$1}"
		else
			_fdmap_quoted "${matches[at]}"
			if ((ends[$1] > from)); then
				quoted=${raw:from:ends[$1]-from}$quoted
			fi
		fi
		# A list is shown, and only what is common to all is taken from it; but not by menu-complete.
		if [[ ${#matches[@]} -gt 1 && -n ${texts[at]} && ${COMP_TYPE-} != 37 ]]; then
			quoted+="  (${texts[at]})"
		fi
		COMPREPLY+=("$quoted")
	done
	if [[ ${#matches[@]} -eq 1 && -n $quote && -n $goes_on ]]; then
		# With another one, readline does not close the quote.
		COMPREPLY+=("$quoted ")
	fi
	if [[ -n $goes_on || ${matches[0]-} == *: ]]; then
		compopt -o nospace
	fi
}

# _fdmap_files STEM default|dirnames: readline does it, where it begins where the name does.
_fdmap_files() {
	local name directory=''
	if ((ends[$1] <= from)); then
		compopt -o "$2"
		return
	fi
	for name in "${word:$1}"*; do
		if [[ -d $name ]]; then
			_fdmap_offer "$name/"
			directory=1
		elif [[ -e $name && $2 == default ]]; then
			_fdmap_offer "$name"
		fi
	done
	goes_on=$directory
	_fdmap_reply "$1"
}

_fdmap_shown() {
	local at
	for ((at = 0; at < ${#shown}; at++)); do
		_fdmap_offer "${shown:at:1}"
	done
}

# What the word becomes as a value.
_fdmap_value() {
	local between='' leads='' lists='' goes_on='' each='' item list at
	_fdmap_item "${word:begins}"
	((item += begins))
	case $lists in
	files) _fdmap_files "$item" default ;;
	directories) _fdmap_files "$item" dirnames ;;
	*)
		for list in $lists; do
			_fdmap_list "$list"
		done
		if [[ -n $each ]]; then
			for at in "${!offers[@]}"; do
				if [[ ${word:begins} == *"${offers[at]}"* ]]; then
					unset "offers[at]"
				fi
			done
		fi
		_fdmap_reply "$item"
		;;
	esac
}

_fdmap_options() {
	local goes_on='' letters=() option
	_fdmap_list options
	if [[ $mode == letters ]]; then
		# More letters behind those that are there, and the word as it is.
		letters=("$word")
		if [[ $how == none || $how == digits ]]; then
			for option in "${offers[@]}"; do
				if [[ ${#option} -eq 2 && $option == "${word:0:1}"? && $word != *"${option:1}"* ]]; then
					letters+=("$word${option:1}")
				fi
			done
		fi
		offers=("${letters[@]}")
	fi
	_fdmap_reply 0
}

_fdmap_complete() {
	local typed=() word='' raw='' quote='' ends=() from=0 within='' redirected=''
	local mode how kind shown begins offers=() helps=()
	_fdmap_split "${COMP_LINE:0:COMP_POINT}"
	if [[ -n $redirected ]]; then
		compopt -o default
		return
	fi
	_fdmap_walk "${typed[@]:1}"
	case $mode in
	value) _fdmap_value ;;
	name) compopt -o default ;;
	*) _fdmap_options ;;
	esac
}

_fdmap() {
	local IFS=$' \t\n' option set=()
	# What would change the meaning of patterns.
	for option in failglob nocasematch; do
		if shopt -q "$option"; then
			set+=("$option")
		fi
	done
	COMPREPLY=()
	if [[ ${#set[@]} -gt 0 ]]; then
		shopt -u "${set[@]}"
	fi
	_fdmap_complete
	if [[ ${#set[@]} -gt 0 ]]; then
		shopt -s "${set[@]}"
	fi
}
