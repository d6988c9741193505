using ILGPU;
using ILGPU.Backends;
using ILGPU.Runtime.Cuda;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>
/// Tensor cores, asynchronous copies, directed roundings and inline PTX: assembled where the architecture has them, folded away or computed
/// elsewhere.
/// </summary>
public sealed class CudaInstructionTests
{
    [Test]
    public void TensorProductsAreInstructions()
    {
        var image = Compiling.Compile(CudaKernels.TensorProduct, Compiling.Sm80);
        Assert.That(image.Text, Does.Contain("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32").And.Contain("cvt.rna.tf32.f32"));
        Assert.That(image.LocalBytes, Is.Zero);
        Assert.That(Ptxas.Assemble(image).StackBytes, Is.Zero);
    }

    [Test]
    public void StagedProductsCopyAndLoadMatrices()
    {
        var image = Compiling.Compile(CudaKernels.StagedProduct, Compiling.Sm90);
        Assert.That(
            image.Text,
            Does.Contain("cp.async.cg.shared.global").And.Contain("cp.async.wait_group 0")
                .And.Contain("ldmatrix.sync.aligned.m8n8.x4.shared.b16").And.Contain("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16")
                .And.Contain("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"));
        Assert.That(Ptxas.Assemble(image).StackBytes, Is.Zero);
    }

    [Test]
    public void InlineAssemblyIsTakenAsWritten()
    {
        var image = Compiling.Compile(CudaKernels.InlineAssembly, Compiling.Sm70);
        Assert.That(
            image.Text,
            Does.Match(@"mov\.u32 %r\d+, %laneid;").And.Match(
                @"\{ \.reg \.b32 t; shl\.b32 t, %r\d+, 1; add\.s32 %r\d+, t, %r\d+; mov\.b32 %r\d+, t; \}"));
        Ptxas.Assemble(image);
    }

    [Test]
    public void DirectedRoundingsAreOneInstruction()
    {
        var image = Compiling.Compile(Rounded, Compiling.Sm70);
        Assert.That(
            image.Text,
            Does.Contain("add.rm.f64").And.Contain("fma.rp.f64").And.Contain("div.rz.f32").And.Contain("sqrt.rn.f32")
                .And.Not.Contain("add.f64"));
        Ptxas.Assemble(image);
        Assert.That(Compiling.Compile(Rounded, Compiling.OpenCL).Text, Does.Contain("fma("));

        static void Rounded(Index1D i, ArrayView<double> x, ArrayView<float> y)
        {
            x[i] = LibDevice.AddRoundDown(x[i], LibDevice.FusedMultiplyAddRoundUp(x[i], 3, 1));
            y[i] = LibDevice.DivRoundZero(y[i], LibDevice.SqrtRoundEven(y[i]));
        }
    }

    [Test]
    public void OtherTargetsTakeTheOtherBranch()
    {
        foreach (var target in new KernelTarget[] { Compiling.Sm70, Compiling.OpenCL, Compiling.Simulator })
        {
            Assert.That(Compiling.Compile(CudaKernels.TensorProduct, target).Text, Does.Not.Contain("mma"));
            Assert.That(Compiling.Compile(CudaKernels.StagedProduct, target).Text, Does.Not.Contain("cp.async"));
        }

        Assert.That(Compiling.Compile(CudaKernels.InlineAssembly, Compiling.OpenCL).Text, Does.Contain("(-1)"));
    }

    [Test]
    public void UnguardedUseIsRefusedWithTheGuard()
    {
        static void Unguarded(Index1D i, ArrayView<uint> a) => a[i] = TensorCores.ToTf32(1.5f);
        Assert.That(
            () => Compiling.Compile(Unguarded, Compiling.Sm70),
            Throws.InstanceOf<InternalCompilerException>().With.Message.Contains("needs sm_80").And.Message.Contains(
                "TensorCores.IsSupported"));
    }
}
