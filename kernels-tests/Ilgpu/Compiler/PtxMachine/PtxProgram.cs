using System.Globalization;
using System.Text.RegularExpressions;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.PtxMachine;

/// <summary>One PTX instruction: `@!%p1 setp.lt.s32 %p0, %r1, 5;` has guard %p1 (negated), parts [setp, lt, s32] and three operands.</summary>
internal sealed record PtxInstruction(string? Guard, bool IsNegated, string[] Parts, string[] Operands, string Text)
{
    public string Name => Parts[0];

    /// <summary>The last suffix: the type that the instruction works on.</summary>
    public string Type => Parts[^1];

    public bool Has(string suffix) => Array.IndexOf(Parts, suffix, 1) > 0;
}

/// <summary>The text of one kernel, parsed as far as it needs to be run.</summary>
internal sealed partial class PtxProgram
{
    public PtxProgram(string text)
    {
        foreach (Match match in Parameter().Matches(text[..text.IndexOf(")\n", StringComparison.Ordinal)]))
        {
            var size = Size(match.Groups[1].Value);
            var offset = (ParameterBytes + size - 1) / size * size;
            Parameters.Add(match.Groups[2].Value, offset);
            ParameterBytes = offset + size;
        }

        var body = text[(text.IndexOf("\n{\n", StringComparison.Ordinal) + 3)..text.LastIndexOf('}')];
        foreach (var line in body.Split('\n').Select(line => line.Trim()))
            Parse(line);
    }

    public List<PtxInstruction> Instructions { get; } = [];

    /// <summary>Label to the index of the instruction after it.</summary>
    public Dictionary<string, int> Labels { get; } = [];

    /// <summary>Offsets in the argument buffer.</summary>
    public Dictionary<string, int> Parameters { get; } = [];

    public int ParameterBytes { get; }

    /// <summary>Addresses of shared and local variables in their spaces.</summary>
    public Dictionary<string, int> Variables { get; } = [];

    public int SharedBytes { get; private set; }

    public int LocalBytes { get; private set; }

    public static int Size(string type) => type switch
    {
        "b8" or "u8" or "s8" => 1,
        "b16" or "u16" or "s16" or "f16" => 2,
        "b32" or "u32" or "s32" or "f32" => 4,
        _ => 8,
    };

    private void Parse(string line)
    {
        if (line.Length == 0 || line.StartsWith("//", StringComparison.Ordinal) || line.StartsWith(".reg", StringComparison.Ordinal))
            return;
        if (Variable().Match(line) is { Success: true } variable)
        {
            Declare(variable.Groups[1].Value == "shared", variable.Groups[3].Value, int.Parse(variable.Groups[2].ValueSpan, CultureInfo.InvariantCulture), int.Parse(variable.Groups[4].ValueSpan, CultureInfo.InvariantCulture));
            return;
        }

        if (line[^1] == ':')
        {
            Labels.Add(line[..^1], Instructions.Count);
            return;
        }

        var match = Statement().Match(line);
        if (!match.Success)
            throw new FormatException($"not understood: {line}");
        var guard = match.Groups[1].Value;
        var operands = Operand().Matches(match.Groups[3].Value).Select(m => m.Value.Trim()).ToArray();
        Instructions.Add(new PtxInstruction(guard.Length == 0 ? null : guard.Trim('@', '!', ' '), guard.Contains('!'), match.Groups[2].Value.Split('.'), operands, line));
    }

    private void Declare(bool shared, string name, int alignment, int bytes)
    {
        var used = shared ? SharedBytes : LocalBytes;
        var address = (used + alignment - 1) / alignment * alignment;
        Variables.Add(name, address);
        if (shared)
            SharedBytes = address + bytes;
        else
            LocalBytes = address + bytes;
    }

    [GeneratedRegex(@"\.param \.(\w+) (\w+)")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^\.(shared|local) \.align (\d+) \.b8 (\w+)\[(\d+)\];$")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(@!?%p\d+ )?([\w.]+) ?(.*);$")]
    private static partial Regex Statement();

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|[^,\s]+")]
    private static partial Regex Operand();
}
