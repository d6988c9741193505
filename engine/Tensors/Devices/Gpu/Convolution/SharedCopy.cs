using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// Copies single elements to shared memory, asynchronously where the device supports it (<see cref="CudaAsyncCopy"/>).
/// </summary>
internal static class SharedCopy
{
    /// <summary>Starts copying an element, or writes a zero where it does not exist.</summary>
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

    /// <summary>Waits for the calling thread's copies; reading other threads' copies needs a barrier as well.</summary>
    public static void WaitForAll()
    {
        if (CudaAsyncCopy.IsSupported)
        {
            CudaAsyncCopy.WaitForAll();
        }
    }
}
