using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda.API;
using ILGPU.Util;

namespace ILGPU.Runtime.Cuda;

/// <summary>
/// A generator of NVIDIA's cuRAND that fills memory of the host, with the numbers that <see cref="GPUCuRand"/> gives for the same seed.
/// </summary>
public sealed class CPUCuRand : DisposeBase, ICuRand
{
    internal CPUCuRand(Context context, CuRandRngType rngType, CuRandAPI api)
    {
        ArgumentNullException.ThrowIfNull(context);
        API = api;
        CuRandException.ThrowIfFailed(api.CreateGeneratorHost(out IntPtr generator, rngType));
        GeneratorPtr = generator;
        CuRandException.ThrowIfFailed(api.GetVersion(out int version));
        Version = version;
    }

    private delegate CuRandStatus Generate(IntPtr generator, IntPtr address, IntPtr length);

    public CuRandAPI API { get; }

    public IntPtr GeneratorPtr { get; private set; }

    public int Version { get; }

    public void FillUniform(Span<uint> span) => Fill(span, API.GenerateUInt);

    /// <summary>Of generators of 64-bit numbers, which are some of the quasirandom ones.</summary>
    public void FillUniform(Span<ulong> span) => Fill(span, API.GenerateULong);

    /// <summary>From 0 to the largest.</summary>
    public void FillUniform(Span<int> span)
    {
        FillUniform(MemoryMarshal.Cast<int, uint>(span));
        foreach (ref int value in span)
        {
            value &= int.MaxValue;
        }
    }

    /// <inheritdoc cref="FillUniform(Span{int})"/>
    public void FillUniform(Span<long> span)
    {
        FillUniform(MemoryMarshal.Cast<long, uint>(span));
        foreach (ref long value in span)
        {
            value &= long.MaxValue;
        }
    }

    /// <summary>From above 0 up to 1.</summary>
    public void FillUniform(Span<float> span) => Fill(span, API.GenerateUniformFloat);

    /// <inheritdoc cref="FillUniform(Span{float})"/>
    public void FillUniform(Span<double> span) => Fill(span, API.GenerateUniformDouble);

    /// <summary>Numbers of a normal distribution; an even number of them.</summary>
    public void FillNormal(Span<float> span, float mean, float stddev) =>
        Fill(span, (generator, address, length) => API.GenerateNormalFloat(generator, address, length, mean, stddev));

    /// <inheritdoc cref="FillNormal(Span{float}, float, float)"/>
    public void FillNormal(Span<double> span, double mean, double stddev) =>
        Fill(span, (generator, address, length) => API.GenerateNormalDouble(generator, address, length, mean, stddev));

    protected override void Dispose(bool disposing)
    {
        IntPtr generator = GeneratorPtr;
        GeneratorPtr = IntPtr.Zero;
        CuRandAPI.Release(API, generator, disposing);
    }

    private unsafe void Fill<T>(Span<T> span, Generate generate)
        where T : unmanaged
    {
        fixed (T* address = span)
        {
            CuRandException.ThrowIfFailed(generate(GeneratorPtr, (IntPtr)address, span.Length));
        }
    }
}
