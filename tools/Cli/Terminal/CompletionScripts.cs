namespace IlgpuGan.Cli.Terminal;

/// <summary>Completion scripts, with which shells ask the program for completions.</summary>
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
        // Windows PowerShell breaks an argument at a quote, and takes a backslash behind its end for one: signs of one width stand for
        // them, so that the cursor stays where it is.
        ("pwsh", """
            # ilgpugan completions pwsh | Out-String | Invoke-Expression   in $PROFILE
            Register-ArgumentCompleter -Native -CommandName ilgpugan -ScriptBlock {
                param($word, $typed, $cursor)
                $line = "$typed".Replace('"', "'").Replace('\', '/')
                ilgpugan completions --line $line --position ($cursor - $typed.Extent.StartOffset) 2> $null | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """),
    ];
}
