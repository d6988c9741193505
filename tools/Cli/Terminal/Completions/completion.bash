# eval "$(ilgpugan completions bash)"   in ~/.bashrc
_ilgpugan() {
    COMPREPLY=()
    local word
    while IFS= read -r word; do
        [ -n "$word" ] && COMPREPLY+=("$word")
    done < <(ilgpugan completions --line "$COMP_LINE" --position "$COMP_POINT" 2> /dev/null)
}
complete -o default -F _ilgpugan ilgpugan
