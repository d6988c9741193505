# eval "$(ilgpugan completions zsh)"   in ~/.zshrc, behind compinit
_ilgpugan() {
    local -a next
    next=("${(@f)$(ilgpugan completions --line "$BUFFER" --position "$CURSOR" 2> /dev/null)}")
    if [[ -n "${next[1]}" ]]; then compadd -a next; else _files; fi
}
compdef _ilgpugan ilgpugan
