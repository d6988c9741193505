using ILGPU;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>The kernel that the compiler's README follows from C# to PTX.</summary>
public static class SaxpyKernel
{
    public static void Saxpy(Index1D i, ArrayView<float> x, ArrayView<float> y, float a)
    {
        y[i] = a * x[i] + y[i];
    }
}
