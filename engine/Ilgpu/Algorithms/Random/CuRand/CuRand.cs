using ILGPU.Runtime.Cuda.API;

namespace ILGPU.Runtime.Cuda;

/// <summary>A generator of NVIDIA's cuRAND.</summary>
public interface ICuRand : IDisposable
{
    CuRandAPI API { get; }

    /// <summary>The library's handle.</summary>
    IntPtr GeneratorPtr { get; }

    /// <summary>Of the library.</summary>
    int Version { get; }
}

/// <summary>
/// Makes generators of NVIDIA's cuRAND, which comes with the CUDA toolkit. What runs on every device, without a library, is
/// <see cref="Algorithms.Random.RNG"/>.
/// </summary>
public static class CuRand
{
    /// <exception cref="NotSupportedException">There is no cuRAND.</exception>
    /// <exception cref="CuRandException">It makes no such generator.</exception>
    public static GPUCuRand CreateGPU(CudaAccelerator accelerator, CuRandRngType rngType) =>
        new(accelerator, rngType, CuRandAPI.Create(null));

    /// <inheritdoc cref="CreateGPU(CudaAccelerator, CuRandRngType)"/>
    public static GPUCuRand CreateGPU(CudaAccelerator accelerator, CuRandRngType rngType, CuRandAPIVersion apiVersion) =>
        new(accelerator, rngType, CuRandAPI.Create(apiVersion));

    /// <inheritdoc cref="CreateGPU(CudaAccelerator, CuRandRngType)"/>
    public static CPUCuRand CreateCPU(Context context, CuRandRngType rngType) => new(context, rngType, CuRandAPI.Create(null));

    /// <inheritdoc cref="CreateGPU(CudaAccelerator, CuRandRngType)"/>
    public static CPUCuRand CreateCPU(Context context, CuRandRngType rngType, CuRandAPIVersion apiVersion) =>
        new(context, rngType, CuRandAPI.Create(apiVersion));

    public static void SetSeed<TICuRand>(this TICuRand rand, long seed)
        where TICuRand : ICuRand =>
        CuRandException.ThrowIfFailed(rand.API.SetSeed(rand.GeneratorPtr, seed));

    /// <summary>Prepares the generator, which the first numbers would do otherwise.</summary>
    public static void GenerateRandomSeeds<TICuRand>(this TICuRand rand)
        where TICuRand : ICuRand =>
        CuRandException.ThrowIfFailed(rand.API.GenerateSeeds(rand.GeneratorPtr));
}
