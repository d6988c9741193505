using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>The atomic operations that translated kernels call, with the simulator's checks.</summary>
internal static unsafe class SimulatedAtomics
{
    public static int Update(SimulatedThread thread, long pointer, int value, AtomicKind kind, int site) =>
        HostAtomics.Update((long)SimulatedMemory.Updatable(thread, pointer, sizeof(int), IsCheckedAgain(kind), site), value, kind);

    public static long Update(SimulatedThread thread, long pointer, long value, AtomicKind kind, int site) =>
        HostAtomics.Update((long)SimulatedMemory.Updatable(thread, pointer, sizeof(long), IsCheckedAgain(kind), site), value, kind);

    public static float Update(SimulatedThread thread, long pointer, float value, AtomicKind kind, int site) =>
        HostAtomics.Update((long)SimulatedMemory.Updatable(thread, pointer, sizeof(float), IsCheckedAgain(kind), site), value, kind);

    public static double Update(SimulatedThread thread, long pointer, double value, AtomicKind kind, int site) =>
        HostAtomics.Update((long)SimulatedMemory.Updatable(thread, pointer, sizeof(double), IsCheckedAgain(kind), site), value, kind);

    public static int CompareExchange(SimulatedThread thread, long pointer, int expected, int value, int site) =>
        HostAtomics.CompareExchange(
            (long)SimulatedMemory.Updatable(thread, pointer, sizeof(int), isCheckedAgain: true, site), expected, value);

    public static long CompareExchange(SimulatedThread thread, long pointer, long expected, long value, int site) =>
        HostAtomics.CompareExchange(
            (long)SimulatedMemory.Updatable(thread, pointer, sizeof(long), isCheckedAgain: true, site), expected, value);

    public static float CompareExchange(SimulatedThread thread, long pointer, float expected, float value, int site) =>
        HostAtomics.CompareExchange(
            (long)SimulatedMemory.Updatable(thread, pointer, sizeof(float), isCheckedAgain: true, site), expected, value);

    public static double CompareExchange(SimulatedThread thread, long pointer, double expected, double value, int site) =>
        HostAtomics.CompareExchange(
            (long)SimulatedMemory.Updatable(thread, pointer, sizeof(double), isCheckedAgain: true, site), expected, value);

    private static bool IsCheckedAgain(AtomicKind kind) =>
        kind is AtomicKind.MinS or AtomicKind.MinU or AtomicKind.MaxS or AtomicKind.MaxU;
}
