namespace IlgpuGan.TypeTables;

/// <summary>A type of elements as ILGPU's names have it (Int32, Float, Double), and as C# has it (int, float, double).</summary>
internal sealed record ElementType(string Name, string Keyword)
{
    public static readonly ElementType[] Integers =
    [
        new("Int8", "sbyte"), new("Int16", "short"), new("Int32", "int"), new("Int64", "long"),
        new("UInt8", "byte"), new("UInt16", "ushort"), new("UInt32", "uint"), new("UInt64", "ulong"),
    ];

    public static readonly ElementType Half = new("Half", "Half");

    public static readonly ElementType[] Floats = [new("Float", "float"), new("Double", "double")];

    public bool IsUnsigned => Name.StartsWith('U');

    public bool IsFloat => Keyword is "float" or "double" or "Half";

    /// <summary>Whether arithmetic gives a wider type, so that results need a conversion back.</summary>
    public bool IsNarrow => Keyword is "sbyte" or "byte" or "short" or "ushort";

    /// <summary>Whether kernels have atomic additions of it.</summary>
    public bool HasAtomicAdd => Keyword is "int" or "long" or "uint" or "ulong" or "float" or "double";

    /// <summary>As vectors are called: Float32 and Float64 beside the integers' names.</summary>
    public string VectorName => Keyword switch
    {
        "float" => "Float32",
        "double" => "Float64",
        _ => Name,
    };

    /// <summary>A conversion of <paramref name="value"/> back from the wider type, where there is one.</summary>
    public string Narrow(string value) => IsNarrow ? $"({Keyword})({value})" : value;
}
