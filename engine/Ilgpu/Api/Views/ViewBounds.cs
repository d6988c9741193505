namespace ILGPU;

/// <summary>
/// The bounds assertion of strided views and strides. On the host it throws; in a kernel the compiler turns a call into an assertion,
/// which the simulator always checks and the GPU back ends keep only under <c>Builder.Assertions()</c>.
/// </summary>
internal static class ViewBounds
{
    /// <exception cref="IndexOutOfRangeException"><paramref name="inBounds"/> is false.</exception>
    public static void Assert(bool inBounds)
    {
        if (!inBounds)
            throw new IndexOutOfRangeException("The index lies outside the extent of the view.");
    }
}
