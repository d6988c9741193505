using System.Globalization;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>Checks and output of translated kernels.</summary>
internal static class SimulatedChecks
{
    public static void Bounds(SimulatedThread thread, long index, long length, int site)
    {
        if ((ulong)index >= (ulong)length)
        {
            thread.Group.Fail(thread, $"indexes out of bounds: index {index} of a view of length {length}", site);
        }
    }

    public static void Assert(SimulatedThread thread, bool holds, string message, int site)
    {
        if (!holds)
        {
            thread.Group.Fail(thread, $"fails an assertion{(message.Length > 0 ? $" ({message})" : string.Empty)}", site);
        }
    }

    public static void Trap(SimulatedThread thread, string reason, int site) => thread.Group.Fail(thread, $"can't go on: {reason}", site);

    /// <summary>The length of a segment of lanes, which must be a power of two within the warp.</summary>
    public static int Width(SimulatedThread thread, int width, int site)
    {
        if (width < 1 || width > thread.Group.WarpSize || !int.IsPow2(width))
        {
            thread.Group.Fail(thread, $"shuffles within {width} lanes of a warp of {thread.Group.WarpSize}", site);
        }

        return width;
    }

    public static void Print(string format, object[] arguments) =>
        Console.Out.Write(string.Format(CultureInfo.InvariantCulture, format, arguments));
}
