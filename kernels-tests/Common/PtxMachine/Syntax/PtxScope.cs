namespace IlgpuGan.TestsCommon.PtxMachine.Syntax;

/// <summary>The names of a block, and through its parent those of enclosing blocks.</summary>
internal sealed class PtxScope(PtxScope? parent)
{
    private readonly Dictionary<string, object> _names = [];

    public PtxScope? Parent { get; } = parent;

    public void Declare(PtxTokens tokens, PtxVariable variable) => Declare(tokens, variable.Name, variable);

    public void Declare(PtxTokens tokens, PtxRegister register) => Declare(tokens, register.Name, register);

    public object? Find(string name) => _names.GetValueOrDefault(name) ?? Parent?.Find(name);

    private void Declare(PtxTokens tokens, string name, object declared)
    {
        tokens.Refuse(!_names.TryAdd(name, declared), $"'{name}' is declared twice");
    }
}
