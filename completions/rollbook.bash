
_clap_complete_rollbook() {
    local IFS=$'\013'
    local _CLAP_COMPLETE_INDEX=${COMP_CWORD}
    local _CLAP_COMPLETE_COMP_TYPE=${COMP_TYPE}
    if compopt +o nospace 2> /dev/null; then
        local _CLAP_COMPLETE_SPACE=false
    else
        local _CLAP_COMPLETE_SPACE=true
    fi
    local words=() line="$COMP_LINE" i
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        if ((i > 0)) && [[ "$line" != [[:space:]]* ]]; then
            words[${#words[@]}-1]+="${COMP_WORDS[i]}"
        else
            words+=("${COMP_WORDS[i]}")
            line="${line#"${line%%[![:space:]]*}"}"
        fi
        line="${line#"${COMP_WORDS[i]}"}"
        if ((i == COMP_CWORD)); then
            _CLAP_COMPLETE_INDEX=$((${#words[@]} - 1))
        fi
    done
    local before="${words[_CLAP_COMPLETE_INDEX]%"$2"}"
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

