using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.TestsCommon.PtxMachine;
using IlgpuGan.TestsCommon.PtxMachine.Execution;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine;

/// <summary>What ILGPU emits for the kernels of the catalogue, the machine can run: each is decoded down to what executes it.</summary>
public sealed class PtxKernelTests
{
    /// <summary>Kernels that the machine refuses, and why.</summary>
    private static readonly Dictionary<string, string> s_refused = [];

    [TestCase(KernelCompiler.Sm80)]
    [TestCase(90)]
    [Exhaustive]
    public void EveryKernelIsDecodedButThoseNamed(int sm)
    {
        using var compiler = KernelCompiler.ToPtx(sm);
        var refused = new Dictionary<string, string>();
        foreach (var kernel in KernelCatalog.All)
        {
            try
            {
                PtxImage.Load(compiler.Compile(kernel), new PtxGlobalMemory());
            }
            catch (PtxRejectedException rejection)
            {
                refused.Add(kernel.Name, rejection.Message);
            }
        }

        Assert.That(refused.Keys, Is.EquivalentTo(s_refused.Keys), string.Join('\n', refused));
    }
}
