namespace IlgpuGan.Cli.Terminal;

/// <summary>What shells are told once, so that they ask the program what may come next.</summary>
internal static class CompletionScripts
{
    /// <summary>By the shells' names.</summary>
    public static IReadOnlyList<(string Shell, string Script)> All { get; } =
    [
        ("bash", """
            # eval "$(ilgpugan completions bash)"   in ~/.bashrc
            _ilgpugan() {
                COMPREPLY=()
                local word
                while IFS= read -r word; do
                    [ -n "$word" ] && COMPREPLY+=("$word")
                done < <(ilgpugan completions --line "$COMP_LINE" --position "$COMP_POINT" 2> /dev/null)
            }
            complete -o default -F _ilgpugan ilgpugan
            """),
        ("zsh", """
            # eval "$(ilgpugan completions zsh)"   in ~/.zshrc, behind compinit
            _ilgpugan() {
                local -a next
                next=("${(@f)$(ilgpugan completions --line "$BUFFER" --position "$CURSOR" 2> /dev/null)}")
                if [[ -n "${next[1]}" ]]; then compadd -a next; else _files; fi
            }
            compdef _ilgpugan ilgpugan
            """),
    ];
}
