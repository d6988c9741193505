using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// Copies single elements to shared memory beside the arithmetic where the target can (<see cref="CudaAsyncCopy"/>), else at once.
/// </summary>
internal static class SharedCopy
{
    /// <summary>Starts copying an element, or a zero in place of one that does not exist.</summary>
    public static void Start(ArrayView<float> from, int index, bool exists, ref float shared)
    {
        if (CudaAsyncCopy.IsSupported)
        {
            CudaAsyncCopy.Start(ref shared, ref from[exists ? index : 0], exists ? sizeof(float) : 0);
        }
        else
        {
            float value = 0;
            if (exists)
            {
                value = from[index];
            }

            shared = value;
        }
    }

    public static void Commit()
    {
        if (CudaAsyncCopy.IsSupported)
        {
            CudaAsyncCopy.Commit();
        }
    }

    /// <summary>Until then nothing may be read; other threads' copies take a barrier as well.</summary>
    public static void WaitForAll()
    {
        if (CudaAsyncCopy.IsSupported)
        {
            CudaAsyncCopy.WaitForAll();
        }
    }
}
