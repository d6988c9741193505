namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>A number as a type: the JIT compiles a generic method once for each, with the number as a constant.</summary>
internal interface ICount
{
    static abstract int Value { get; }
}

internal readonly struct One : ICount
{
    public static int Value => 1;
}

internal readonly struct Two : ICount
{
    public static int Value => 2;
}

internal readonly struct Three : ICount
{
    public static int Value => 3;
}

internal readonly struct Four : ICount
{
    public static int Value => 4;
}

internal readonly struct Six : ICount
{
    public static int Value => 6;
}

internal readonly struct Eight : ICount
{
    public static int Value => 8;
}

/// <summary>How the left factor of a <see cref="TallTile{TVector,TSimd,TLeft,TRows,TVectors}"/> lies in memory.</summary>
internal interface ILeftFactor
{
    static abstract bool IsPacked { get; }
}

/// <summary>In panels [depth][rows]: a number per row and step, broadcast over a vector.</summary>
internal readonly struct Packed : ILeftFactor
{
    public static bool IsPacked => true;
}

/// <summary>Rows where they are, like the right factor's columns: a vector of each per step, so that sums are one per lane.</summary>
internal readonly struct InPlace : ILeftFactor
{
    public static bool IsPacked => false;
}
