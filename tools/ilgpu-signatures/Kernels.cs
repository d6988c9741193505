namespace ILGPU;

// What kernels are written with. Bodies never run: only signatures count.
public static class Grid
{
    public static int IdxX => throw null!;

    public static int IdxY => throw null!;

    public static int IdxZ => throw null!;

    public static int DimX => throw null!;

    public static int DimY => throw null!;

    public static int DimZ => throw null!;
}

public static class Group
{
    public static int IdxX => throw null!;

    public static int IdxY => throw null!;

    public static int IdxZ => throw null!;

    public static int DimX => throw null!;

    public static int DimY => throw null!;

    public static int DimZ => throw null!;

    public static void Barrier() => throw null!;

    public static bool BarrierOr(bool predicate) => throw null!;
}

public static class MemoryFence
{
    public static void DeviceLevel() => throw null!;
}

public static class Atomic
{
    public static int Add(ref int target, int value) => throw null!;
}

public static class Interop
{
    public static uint FloatAsInt(float value) => throw null!;

    public static ulong FloatAsInt(double value) => throw null!;

    public static float IntAsFloat(uint value) => throw null!;

    public static double IntAsFloat(ulong value) => throw null!;
}

public static class IntrinsicMath
{
    public static int Min(int first, int second) => throw null!;

    public static long Min(long first, long second) => throw null!;

    public static float Min(float first, float second) => throw null!;

    public static int Max(int first, int second) => throw null!;

    public static long Max(long first, long second) => throw null!;

    public static float Max(float first, float second) => throw null!;
}

public static class SharedMemory
{
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged => throw null!;
}

public static class LocalMemory
{
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged => throw null!;
}
