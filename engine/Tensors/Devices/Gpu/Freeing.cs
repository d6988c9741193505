using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>Gives back what a driver holds.</summary>
internal static class Freeing
{
    /// <summary>
    /// Frees something. After a fault the driver refuses every call, this one included, which is ignored: it is often made at the end of a
    /// <c>using</c> that the fault's own exception passes, and another thrown there would replace that. A fault of which nobody has been
    /// told yet shows at the next call that computes or copies.
    /// </summary>
    public static void UnlessFaulted(Action free)
    {
        try
        {
            free();
        }
        catch (AcceleratorException exception)
        {
            System.Diagnostics.Trace.WriteLine($"after a fault of the device something was not freed: {exception.Message}");
        }
    }
}
