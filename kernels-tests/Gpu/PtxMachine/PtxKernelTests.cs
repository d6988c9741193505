using System.Diagnostics;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using IlgpuGan.KernelsTests.Gpu.PtxMachine.Driver;
using IlgpuGan.Tensors.Devices.Gpu;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine;

/// <summary>What ILGPU emits for the kernels of the catalogue, the machine can run: each is loaded through the driver.</summary>
public sealed class PtxKernelTests
{
    /// <summary>Kernels that the machine refuses, and why.</summary>
    private static readonly Dictionary<string, string> s_refused = [];

    [Test]
    [Exhaustive]
    public void EveryKernelIsDecodedButThoseNamed()
    {
        using var messages = new StringWriter();
        using var listener = new TextWriterTraceListener(messages);
        using var device = PtxDriver.Open();
        var refused = new List<string>();
        Trace.Listeners.Add(listener);
        try
        {
            foreach (var kernel in KernelCatalog.All)
            {
                try
                {
                    device.Queue.Accelerator.LoadKernel(kernel.Method, kernel.Bounds(copiesPastRegisters: true));
                }
                catch (CudaException)
                {
                    refused.Add(kernel.Name);
                }
            }
        }
        finally
        {
            Trace.Listeners.Remove(listener);
        }

        TestContext.Out.WriteLine(messages);
        Assert.That(refused, Is.EquivalentTo(s_refused.Keys), $"{messages}");
    }
}
