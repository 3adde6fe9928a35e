
_clap_complete_rollbook() {
    local IFS=$'\013'
    local _CLAP_COMPLETE_INDEX=${COMP_CWORD}
    local _CLAP_COMPLETE_COMP_TYPE=${COMP_TYPE}
    if compopt +o nospace 2> /dev/null; then
        local _CLAP_COMPLETE_SPACE=false
    else
        local _CLAP_COMPLETE_SPACE=true
    fi
    local words=() line="$COMP_LINE" before="" word i
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        word="${COMP_WORDS[i]}"
        if ((i == COMP_CWORD)); then
            before=""
        fi
        if ((i > 0)) && [[ -n "$word" && "$line" != [[:space:]]* ]]; then
            if ((i == COMP_CWORD)); then
                before="${words[${#words[@]}-1]}"
                if [[ "$word" != *[!@=:]* ]]; then
                    before+="$word"
                fi
            fi
            words[${#words[@]}-1]+="$word"
        else
            words+=("$word")
            if [[ -n "$word" ]]; then
                line="${line#"${line%%[![:space:]]*}"}"
            fi
        fi
        line="${line#"$word"}"
        if ((i == COMP_CWORD)); then
            _CLAP_COMPLETE_INDEX=$((${#words[@]} - 1))
        fi
    done
    words[_CLAP_COMPLETE_INDEX]="$before$2"
    COMPREPLY=( $( \
        _CLAP_IFS="$IFS" \
        _CLAP_COMPLETE_INDEX="$_CLAP_COMPLETE_INDEX" \
        _CLAP_COMPLETE_COMP_TYPE="$_CLAP_COMPLETE_COMP_TYPE" \
        _CLAP_COMPLETE_SPACE="$_CLAP_COMPLETE_SPACE" \
        COMPLETE="bash" \
        "rollbook" -- "${words[@]}" \
    ) )
    local status=$?
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
    if [[ $status != 0 ]]; then
        unset COMPREPLY
    elif [[ $_CLAP_COMPLETE_SPACE == false ]] && [[ "${COMPREPLY-}" =~ [=/:]$ ]]; then
        compopt -o nospace
    fi
}
if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -o nospace -o bashdefault -o nosort -F _clap_complete_rollbook rollbook
else
    complete -o nospace -o bashdefault -F _clap_complete_rollbook rollbook
fi

