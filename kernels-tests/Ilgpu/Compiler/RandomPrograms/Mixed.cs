namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.RandomPrograms;

/// <summary>The struct that random programs copy, change and pass about; holes in its layout on purpose.</summary>
public struct Mixed
{
    public byte Byte;
    public int Int;
    public short Short;
    public long Long;
    public float Float;
    public sbyte SByte;
    public double Double;

    /// <summary>By value in and out.</summary>
    public static Mixed Turn(Mixed value)
    {
        (value.Byte, value.SByte) = ((byte)value.SByte, (sbyte)value.Byte);
        value.Int = ~value.Int;
        return value;
    }

    /// <summary>Through references.</summary>
    public static void Shift(ref Mixed target, in Mixed source)
    {
        target.Short = (short)(source.Int >> 3);
        target.Long += source.Long;
        target.Float = source.Float;
    }
}
