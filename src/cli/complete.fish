# SPDX-License-Identifier: MIT

# __fdmap_letters WORD: through letters behind a - or +, to the one that takes a value. What of the word is that
# value is behind $begins characters, '' where the word ends before it.
function __fdmap_letters -S
    set -l sign (string sub -l 1 -- $argv[1])
    set -l rest (string sub -s 2 -- $argv[1])
    set begins ''
    while test -n "$rest"
        __fdmap_option $sign(string sub -l 1 -- $rest)
        set rest (string sub -s 2 -- $rest)
        if test $how = digits
            set rest (string replace -r '^[0-9]+' '' -- $rest)
        else if test $how != none
            break
        end
    end
    if test -n "$rest"
        set begins (math (string length -- $argv[1]) - (string length -- $rest))
    end
end

# __fdmap_takes OPEN WORD: is that word the value of the option before it?
function __fdmap_takes
    switch $argv[1]
        case required
            return 0
        case optional
            not string match -qr '^[-+]' -- $argv[2]
        case digits
            string match -qr '^[0-9]' -- $argv[2]
        case part
            string match -qr '^[0-9cm]' -- $argv[2]
        case '*'
            return 1
    end
end

# __fdmap_walk WORD...: what the last of the words of a command line is, in $mode: an option, letters, a name,
# or the value of an option, of which $how, $kind and $shown tell, behind $begins characters.
function __fdmap_walk -S
    set -l open none
    set -l at 0
    for word in $argv
        set at (math $at + 1)
        if __fdmap_takes $open $word
            set mode value
            set begins 0
            set open none
            continue
        end
        set open none
        if string match -qr '^--.+=' -- $word
            set -l name (string replace -r '=.*' '' -- $word)
            __fdmap_option $name
            set mode value
            set begins (math (string length -- $name) + 1)
        else if string match -qr '^--.' -- $word
            set mode option
            __fdmap_option $word
            test $how = required; and set open $how
        else if test $at -eq (count $argv); and contains -- $word - + -- ++
            set mode option
        else if contains -- $word -- ++; or not string match -qr '^[-+].' -- $word
            set mode name
            return
        else
            set mode letters
            __fdmap_letters $word
            if test -n "$begins"
                set mode value
            else
                set open $how
            end
        end
    end
end

# __fdmap_read: the words of the command line; without the quotes that are still open.
function __fdmap_read -S
    set -l typed (commandline -opc)
    set word (commandline -ct)
    for quote in '' \' '"'
        if set -l plain (string unescape -- $word$quote 2>/dev/null)
            set word "$plain"
            break
        end
    end
    __fdmap_walk $typed[2..] "$word"
end

# __fdmap_each FILE: "PID text" of that file of each process. A process that ends meanwhile says nothing.
function __fdmap_each
    grep -asHm1 '' /proc/*/$argv[1] | string replace -ar '[^\p{L}\p{N} -~]' '?' | string replace -fr '^/proc/([0-9]+)/\w+:' '$1 '
end

function __fdmap_pids
    __fdmap_each comm | string replace ' ' \t
end

# Those who lead a group.
function __fdmap_pgids
    __fdmap_each stat | string replace -fr '^([0-9]+) \1 \((.*)\) \S+ \S+ \1 .*' '$1\t$2'
end

# What has other characters than letters, digits and those of ASCII is not offered.
function __fdmap_plain
    string match -r '\A[\p{L}\p{N} -~]+\z' -- $argv
end

function __fdmap_commands
    __fdmap_plain (grep -ashm1 '' /proc/*/comm | sort -u)
end

function __fdmap_users
    getent passwd | string replace -fr '^([^:]+):[^:]*:[^:]*:[^:]*:([^:,]*).*' '$1\t$2'
end

function __fdmap_services
    getent services | string replace -fr '^(\S+)\s+(.*)' '$1\t$2'
end

function __fdmap_hosts
    getent hosts | while read -l address names
        printf '%s\t'$address'\n' (string split -n ' ' -- $names)
    end
end

function __fdmap_netns
    set -l files /run/netns/*
    __fdmap_plain (string replace -r '.*/' '' -- $files)
end

function __fdmap_mounts
    while read -l source place rest
        set -l name (printf %b (string replace -a \\ \\0 -- $place) | string collect)
        __fdmap_plain $name
    end </proc/self/mounts
end

# __fdmap_item VALUE: where its last item begins, in $item, behind what may lead it; of that the part is known.
function __fdmap_item -S
    set -l characters (string split '' -- $argv[1])
    set -l last ''
    __fdmap_between $kind
    set item (count $characters)
    while test $item -gt 0
        set last $characters[$item]
        contains -- "$last" (string split '' -- $between); and break
        set last ''
        set item (math $item - 1)
    end
    __fdmap_part $kind:$last
    test -n "$each"; and set item (count $characters)
    while test $item -lt (count $characters); and contains -- $characters[(math $item + 1)] (string split '' -- $leads)
        set item (math $item + 1)
    end
end

function __fdmap_shown -S
    string split '' -- $shown
end

# Prints what the value may become; fails where that is a file.
function __fdmap_value -S
    set -l value (string sub -s (math $begins + 1) -- "$word" | string join ' ')
    set -l item 0
    set -l between ''
    set -l leads ''
    set -l lists ''
    set -l goes_on ''
    set -l each ''
    __fdmap_item "$value"
    set -l stem (string sub -l (math $begins + $item) -- "$word" | string join ' ')
    for list in (string split -n ' ' -- $lists)
        switch $list
            case files
                return 1
            case directories
                for line in (__fish_complete_directories "$value" '')
                    printf '%s%s\n' "$stem" $line
                end
            case '*'
                for line in (__fdmap_list $list)
                    if test -z "$each"; or not contains -- (string sub -l 1 -- $line) (string split '' -- $value)
                        printf '%s%s\n' "$stem" $line
                    end
                end
        end
    end
end

# More letters behind those that are there, and the word as it is.
function __fdmap_more -S
    set -l sign (string sub -l 1 -- $word)
    for option in (__fdmap_list options)
        set -l letter (string sub -s 2 -l 1 -- $option)
        if string match -q -- $word\t'*' $option
            echo $option
        else if contains $how none digits; and string match -q -- $sign'?'\t'*' $option
            contains -- $letter (string split '' -- $word); or echo $word(string sub -s 2 -- $option)
        end
    end
    test (string length -- $word) -gt 2; and echo $word
end

# Prints what the word may become; fails where that is a file.
function __fdmap_complete
    set -l word ''
    set -l mode option
    set -l how none
    set -l kind ''
    set -l shown ''
    set -l begins ''
    __fdmap_read
    switch $mode
        case name
            return 1
        case value
            __fdmap_value
        case letters
            __fdmap_more
        case '*'
            __fdmap_list options
    end
end

function __fdmap_files
    not __fdmap_complete >/dev/null
end
