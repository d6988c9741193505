using ILGPU.Algorithms;
using ILGPU.Algorithms.Random;
using ILGPU.Runtime.Cuda.API;

namespace ILGPU.Runtime.Cuda;

/// <summary>
/// A generator of NVIDIA's cuRAND that fills memory of a GPU: integers from 0 to their largest, floats above 0 up to 1, or of a normal
/// distribution.
/// </summary>
public sealed class GPUCuRand : RNG, ICuRand
{
    private CudaStream _stream;

    internal GPUCuRand(CudaAccelerator accelerator, CuRandRngType rngType, CuRandAPI api)
        : base(accelerator)
    {
        API = api;
        using ScopedAcceleratorBinding binding = accelerator.BindScoped();
        CuRandException.ThrowIfFailed(api.CreateGenerator(out IntPtr generator, rngType));
        GeneratorPtr = generator;
        CuRandException.ThrowIfFailed(api.GetVersion(out int version));
        Version = version;
        _stream = (CudaStream)accelerator.DefaultStream;
        Stream = _stream;
    }

    public CuRandAPI API { get; }

    public IntPtr GeneratorPtr { get; private set; }

    public int Version { get; }

    /// <summary>Where numbers are drawn.</summary>
    public CudaStream Stream
    {
        get => _stream;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            CuRandException.ThrowIfFailed(API.SetStream(GeneratorPtr, value.StreamPtr));
            _stream = value;
        }
    }

    public void FillUniform(AcceleratorStream stream, ArrayView<uint> view) => Fill(stream, view, API.GenerateUInt);

    /// <summary>Of generators of 64-bit numbers, which are some of the quasirandom ones.</summary>
    public void FillUniform(AcceleratorStream stream, ArrayView<ulong> view) => Fill(stream, view, API.GenerateULong);

    public override void FillUniform(AcceleratorStream stream, ArrayView<int> view)
    {
        FillUniform(stream, view.Cast<uint>());
        Accelerator.LaunchGridStride(stream, view.Length, new ToPositiveInts(view));
    }

    public override void FillUniform(AcceleratorStream stream, ArrayView<long> view)
    {
        FillUniform(stream, view.Cast<uint>());
        Accelerator.LaunchGridStride(stream, view.Length, new ToPositiveLongs(view));
    }

    public override void FillUniform(AcceleratorStream stream, ArrayView<float> view) => Fill(stream, view, API.GenerateUniformFloat);

    public override void FillUniform(AcceleratorStream stream, ArrayView<double> view) => Fill(stream, view, API.GenerateUniformDouble);

    /// <summary>Numbers of a normal distribution; an even number of them.</summary>
    public void FillNormal(AcceleratorStream stream, ArrayView<float> view, float mean, float stddev) =>
        Fill(stream, view, (generator, address, length) => API.GenerateNormalFloat(generator, address, length, mean, stddev));

    /// <inheritdoc cref="FillNormal(AcceleratorStream, ArrayView{float}, float, float)"/>
    public void FillNormal(AcceleratorStream stream, ArrayView<double> view, double mean, double stddev) =>
        Fill(stream, view, (generator, address, length) => API.GenerateNormalDouble(generator, address, length, mean, stddev));

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        IntPtr generator = GeneratorPtr;
        GeneratorPtr = IntPtr.Zero;
        CuRandAPI.Release(API, generator, disposing);
    }

    private void Fill<T>(AcceleratorStream onto, ArrayView<T> view, Func<IntPtr, IntPtr, IntPtr, CuRandStatus> generate)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(onto);
        using ScopedAcceleratorBinding binding = onto.BindScoped();
        if (onto != _stream)
        {
            Stream = (CudaStream)onto;
        }

        CuRandException.ThrowIfFailed(generate(GeneratorPtr, view.LoadEffectiveAddressAsPtr(), (IntPtr)view.Length));
    }

    private readonly struct ToPositiveInts(ArrayView<int> view) : IGridStrideKernelBody
    {
        private readonly ArrayView<int> _view = view;

        public void Execute(LongIndex1D linearIndex)
        {
            if (linearIndex < _view.Length)
            {
                _view[linearIndex] &= int.MaxValue;
            }
        }

        public void Finish()
        {
        }
    }

    private readonly struct ToPositiveLongs(ArrayView<long> view) : IGridStrideKernelBody
    {
        private readonly ArrayView<long> _view = view;

        public void Execute(LongIndex1D linearIndex)
        {
            if (linearIndex < _view.Length)
            {
                _view[linearIndex] &= long.MaxValue;
            }
        }

        public void Finish()
        {
        }
    }
}
