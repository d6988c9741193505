namespace IlgpuGan.TestsCommon.PtxMachine.Syntax;

/// <summary>A translation unit.</summary>
internal sealed class PtxModule
{
    /// <summary>ISA version times ten.</summary>
    public int Isa { get; init; }

    /// <summary>Target architecture: 80 for sm_80.</summary>
    public int Sm { get; init; }

    public List<PtxEntry> Entries { get; } = [];

    /// <summary>Variables of module scope, with their initial bytes.</summary>
    public List<(PtxVariable Variable, byte[] Initial)> Globals { get; } = [];
}

/// <summary>A kernel.</summary>
internal sealed class PtxEntry(string name, int line)
{
    public string Name { get; } = name;

    public int Line { get; } = line;

    public List<PtxVariable> Parameters { get; } = [];

    public int ParameterBytes { get; set; }

    public List<PtxStatement> Statements { get; } = [];

    /// <summary>From each label to the index of the statement after it.</summary>
    public Dictionary<string, int> Labels { get; } = [];

    /// <summary>.branchtargets lists.</summary>
    public Dictionary<string, string[]> Targets { get; } = [];

    public int Registers { get; set; }

    public int Predicates { get; set; }

    public int SharedBytes { get; set; }

    public int DynamicAlignment { get; set; } = 1;

    public int LocalBytes { get; set; }

    /// <summary>The product of .maxntid or .reqntid, if there is one.</summary>
    public int? MaxThreads { get; set; }
}
