namespace ILGPU.Runtime.Cuda;

/// <summary>A compute capability.</summary>
public readonly record struct CudaArchitecture(int Major, int Minor) : IComparable<CudaArchitecture>
{
    public static readonly CudaArchitecture SM_30 = new(3, 0);
    public static readonly CudaArchitecture SM_32 = new(3, 2);
    public static readonly CudaArchitecture SM_35 = new(3, 5);
    public static readonly CudaArchitecture SM_37 = new(3, 7);
    public static readonly CudaArchitecture SM_50 = new(5, 0);
    public static readonly CudaArchitecture SM_52 = new(5, 2);
    public static readonly CudaArchitecture SM_53 = new(5, 3);
    public static readonly CudaArchitecture SM_60 = new(6, 0);
    public static readonly CudaArchitecture SM_61 = new(6, 1);
    public static readonly CudaArchitecture SM_62 = new(6, 2);
    public static readonly CudaArchitecture SM_70 = new(7, 0);
    public static readonly CudaArchitecture SM_72 = new(7, 2);
    public static readonly CudaArchitecture SM_75 = new(7, 5);
    public static readonly CudaArchitecture SM_80 = new(8, 0);
    public static readonly CudaArchitecture SM_86 = new(8, 6);
    public static readonly CudaArchitecture SM_87 = new(8, 7);
    public static readonly CudaArchitecture SM_89 = new(8, 9);
    public static readonly CudaArchitecture SM_90 = new(9, 0);
    public static readonly CudaArchitecture SM_100 = new(10, 0);
    public static readonly CudaArchitecture SM_101 = new(10, 1);
    public static readonly CudaArchitecture SM_103 = new(10, 3);
    public static readonly CudaArchitecture SM_120 = new(12, 0);
    public static readonly CudaArchitecture SM_121 = new(12, 1);

    public int CompareTo(CudaArchitecture other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public override string ToString() => $"SM_{Major}{Minor}";

    public static bool operator <(CudaArchitecture first, CudaArchitecture second) => first.CompareTo(second) < 0;

    public static bool operator <=(CudaArchitecture first, CudaArchitecture second) => first.CompareTo(second) <= 0;

    public static bool operator >(CudaArchitecture first, CudaArchitecture second) => first.CompareTo(second) > 0;

    public static bool operator >=(CudaArchitecture first, CudaArchitecture second) => first.CompareTo(second) >= 0;
}

/// <summary>A version of the PTX instruction set.</summary>
public readonly record struct CudaInstructionSet(int Major, int Minor) : IComparable<CudaInstructionSet>
{
    public static readonly CudaInstructionSet ISA_60 = new(6, 0);
    public static readonly CudaInstructionSet ISA_61 = new(6, 1);
    public static readonly CudaInstructionSet ISA_62 = new(6, 2);
    public static readonly CudaInstructionSet ISA_63 = new(6, 3);
    public static readonly CudaInstructionSet ISA_64 = new(6, 4);
    public static readonly CudaInstructionSet ISA_65 = new(6, 5);
    public static readonly CudaInstructionSet ISA_70 = new(7, 0);
    public static readonly CudaInstructionSet ISA_71 = new(7, 1);
    public static readonly CudaInstructionSet ISA_72 = new(7, 2);
    public static readonly CudaInstructionSet ISA_73 = new(7, 3);
    public static readonly CudaInstructionSet ISA_74 = new(7, 4);
    public static readonly CudaInstructionSet ISA_75 = new(7, 5);
    public static readonly CudaInstructionSet ISA_76 = new(7, 6);
    public static readonly CudaInstructionSet ISA_77 = new(7, 7);
    public static readonly CudaInstructionSet ISA_78 = new(7, 8);
    public static readonly CudaInstructionSet ISA_80 = new(8, 0);
    public static readonly CudaInstructionSet ISA_81 = new(8, 1);
    public static readonly CudaInstructionSet ISA_82 = new(8, 2);
    public static readonly CudaInstructionSet ISA_83 = new(8, 3);
    public static readonly CudaInstructionSet ISA_84 = new(8, 4);
    public static readonly CudaInstructionSet ISA_85 = new(8, 5);
    public static readonly CudaInstructionSet ISA_86 = new(8, 6);
    public static readonly CudaInstructionSet ISA_87 = new(8, 7);
    public static readonly CudaInstructionSet ISA_88 = new(8, 8);

    public int CompareTo(CudaInstructionSet other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public override string ToString() => $"{Major}.{Minor}";

    public static bool operator <(CudaInstructionSet first, CudaInstructionSet second) => first.CompareTo(second) < 0;

    public static bool operator <=(CudaInstructionSet first, CudaInstructionSet second) => first.CompareTo(second) <= 0;

    public static bool operator >(CudaInstructionSet first, CudaInstructionSet second) => first.CompareTo(second) > 0;

    public static bool operator >=(CudaInstructionSet first, CudaInstructionSet second) => first.CompareTo(second) >= 0;

    /// <summary>The newest instruction set that a driver reads, as far as it is known here.</summary>
    /// <exception cref="NotSupportedException">The driver is older than CUDA 9.0.</exception>
    internal static CudaInstructionSet OfDriver(CudaDriverVersion driver) => driver switch
    {
        (< 9, _) => throw new NotSupportedException($"The CUDA driver {driver} is older than 9.0."),
        (9, int minor) => new(6, Math.Min(minor, 2)),
        (10, int minor) => new(6, 3 + Math.Min(minor, 2)),
        (11, int minor) => new(7, Math.Min(minor, 8)),
        (12, <= 5) => new(8, driver.Minor),
        (12, int minor) => new(8, Math.Min(minor - 1, 8)),
        _ => ISA_88,
    };
}

/// <summary>The CUDA version that a driver implements.</summary>
public readonly record struct CudaDriverVersion(int Major, int Minor) : IComparable<CudaDriverVersion>
{
    /// <param name="value">As the driver reports it: 1000 · major + 10 · minor.</param>
    public static CudaDriverVersion FromValue(int value) => new(value / 1000, value % 1000 / 10);

    public int CompareTo(CudaDriverVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public override string ToString() => $"{Major}.{Minor}";

    public static bool operator <(CudaDriverVersion first, CudaDriverVersion second) => first.CompareTo(second) < 0;

    public static bool operator <=(CudaDriverVersion first, CudaDriverVersion second) => first.CompareTo(second) <= 0;

    public static bool operator >(CudaDriverVersion first, CudaDriverVersion second) => first.CompareTo(second) > 0;

    public static bool operator >=(CudaDriverVersion first, CudaDriverVersion second) => first.CompareTo(second) >= 0;
}
