using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.Cuda.API;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>cuRAND's wrappers on a library that counts instead of drawing, and notes its calls.</summary>
public sealed unsafe class CuRandTests
{
    private static readonly List<string> s_calls = [];

    private static readonly Dictionary<string, IntPtr> s_functions = new()
    {
        ["curandCreateGenerator"] = (IntPtr)(delegate* unmanaged<IntPtr*, CuRandRngType, CuRandStatus>)&CreateGenerator,
        ["curandCreateGeneratorHost"] = (IntPtr)(delegate* unmanaged<IntPtr*, CuRandRngType, CuRandStatus>)&CreateGeneratorHost,
        ["curandDestroyGenerator"] = (IntPtr)(delegate* unmanaged<IntPtr, CuRandStatus>)&DestroyGenerator,
        ["curandGetVersion"] = (IntPtr)(delegate* unmanaged<int*, CuRandStatus>)&GetVersion,
        ["curandSetStream"] = (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, CuRandStatus>)&SetStream,
        ["curandSetPseudoRandomGeneratorSeed"] = (IntPtr)(delegate* unmanaged<IntPtr, ulong, CuRandStatus>)&SetSeed,
        ["curandGenerateSeeds"] = (IntPtr)(delegate* unmanaged<IntPtr, CuRandStatus>)&GenerateSeeds,
        ["curandGenerate"] = (IntPtr)(delegate* unmanaged<IntPtr, uint*, nuint, CuRandStatus>)&Generate,
        ["curandGenerateLongLong"] = (IntPtr)(delegate* unmanaged<IntPtr, ulong*, nuint, CuRandStatus>)&GenerateLongLong,
        ["curandGenerateUniform"] = (IntPtr)(delegate* unmanaged<IntPtr, float*, nuint, CuRandStatus>)&GenerateUniform,
        ["curandGenerateUniformDouble"] = (IntPtr)(delegate* unmanaged<IntPtr, double*, nuint, CuRandStatus>)&GenerateUniformDouble,
        ["curandGenerateNormal"] = (IntPtr)(delegate* unmanaged<IntPtr, float*, nuint, float, float, CuRandStatus>)&GenerateNormal,
        ["curandGenerateNormalDouble"] =
            (IntPtr)(delegate* unmanaged<IntPtr, double*, nuint, double, double, CuRandStatus>)&GenerateNormalDouble,
    };

    private static CuRandAPI Library => new(name => s_functions[name]);

    [SetUp]
    public void Forget() => s_calls.Clear();

    [Test]
    public void GeneratorsOfTheHostFillSpans()
    {
        using Context context = Context.Create(builder => builder.DefaultCPU());
        using (var rand = new CPUCuRand(context, CuRandRngType.CURAND_RNG_PSEUDO_XORWOW, Library))
        {
            rand.SetSeed(-5);
            rand.GenerateRandomSeeds();
            Assert.That((rand.GeneratorPtr, rand.Version, rand.API), Is.EqualTo(((IntPtr)7, 10305, rand.API)));
            var bits = new uint[3];
            var wide = new ulong[2];
            var ints = new int[3];
            var longs = new long[2];
            var floats = new float[2];
            var doubles = new double[2];
            rand.FillUniform(bits.AsSpan());
            rand.FillUniform(wide.AsSpan());
            rand.FillUniform(ints.AsSpan());
            rand.FillUniform(longs.AsSpan());
            rand.FillUniform(floats.AsSpan());
            rand.FillUniform(doubles.AsSpan());
            Assert.That(bits, Is.EqualTo(new[] { uint.MaxValue, uint.MaxValue - 1, uint.MaxValue - 2 }));
            Assert.That(wide, Is.EqualTo(new[] { ulong.MaxValue, ulong.MaxValue - 1 }));
            Assert.That(ints, Is.EqualTo(new[] { int.MaxValue, int.MaxValue - 1, int.MaxValue - 2 }));
            Assert.That(longs, Is.EqualTo(new[] { 0x7FFFFFFEFFFFFFFF, 0x7FFFFFFCFFFFFFFD }));
            Assert.That((floats[1], doubles[1]), Is.EqualTo((0.5f, 0.5)));
            rand.FillNormal(floats, 1, 2);
            rand.FillNormal(doubles, 3, 4);
            Assert.That((floats[1], doubles[1]), Is.EqualTo((3f, 7.0)));
        }

        Assert.That(
            s_calls,
            Is.EqualTo(new[]
            {
                "host CURAND_RNG_PSEUDO_XORWOW", "seed 18446744073709551611", "seeds", "bits 3", "longs 2", "bits 3", "bits 4",
                "floats 2", "doubles 2", "normal 2", "normal doubles 2", "destroy 7",
            }));
    }

    /// <summary>In the stream that is asked for, at the view's address; integers lose their sign by a kernel.</summary>
    [Test]
    public void GeneratorsOfTheDeviceFillViews()
    {
        PtxDriver.Violations.Clear();
        using Context context = Context.Create(builder => builder.Cuda(PtxDriver.Api));
        using CudaAccelerator accelerator = context.CreateCudaAccelerator(2);
        accelerator.Bind();
        using CudaStream stream = accelerator.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING);
        using var buffer = new OwnBuffer(accelerator, 64);
        string first = $"stream {((CudaStream)accelerator.DefaultStream).StreamPtr}", second = $"stream {stream.StreamPtr}";
        using (var rand = new GPUCuRand(accelerator, CuRandRngType.CURAND_RNG_PSEUDO_DEFAULT, Library))
        {
            Assert.That((rand.GeneratorPtr, rand.Version, rand.API), Is.EqualTo(((IntPtr)7, 10305, rand.API)));
            rand.SetSeed(1234);
            rand.FillNormal(accelerator.DefaultStream, buffer.AsArrayView<float>(2, 2), mean: 1.5f, stddev: 0.5f);
            Assert.That(buffer.Read<float>(3), Is.EqualTo(2f));
            rand.FillNormal(stream, buffer.AsArrayView<double>(1, 2), 1.5, 0.5);
            Assert.That((buffer.Read<double>(2), rand.Stream), Is.EqualTo((2.0, stream)));
            rand.FillUniform(buffer.AsArrayView<float>(0, 2));
            Assert.That(buffer.Read<float>(1), Is.EqualTo(0.5f));
            rand.FillUniform(buffer.AsArrayView<double>(0, 2));
            Assert.That(buffer.Read<double>(1), Is.EqualTo(0.5));
            rand.FillUniform(buffer.AsArrayView<int>(0, 3));
            accelerator.Synchronize();
            Assert.That((buffer.Read<int>(0), buffer.Read<int>(2)), Is.EqualTo((int.MaxValue, int.MaxValue - 2)));
            rand.FillUniform(buffer.AsArrayView<long>(0, 2));
            accelerator.Synchronize();
            Assert.That(buffer.Read<long>(1), Is.EqualTo(0x7FFFFFFCFFFFFFFD));
            rand.FillUniform(stream, buffer.AsArrayView<uint>(0, 1));
            rand.FillUniform(stream, buffer.AsArrayView<ulong>(0, 1));
            rand.Stream = (CudaStream)accelerator.DefaultStream;
        }

        Assert.That(
            s_calls,
            Is.EqualTo(new[]
            {
                "device CURAND_RNG_PSEUDO_DEFAULT", first, "seed 1234", "normal 2", second, "normal doubles 2", first, "floats 2",
                "doubles 2", "bits 3", "bits 4", second, "bits 1", "longs 1", first, "destroy 7",
            }));
        Assert.That(PtxDriver.Violations, Is.Empty);
    }

    [Test]
    public void FailuresAreNamed()
    {
        using Context context = Context.Create(builder => builder.DefaultCPU());
        var failure = Assert.Throws<CuRandException>(() => new CPUCuRand(context, CuRandRngType.CURAND_RNG_TEST, Library))!;
        Assert.That(
            (failure.Error, failure.Message),
            Is.EqualTo((CuRandStatus.CURAND_STATUS_TYPE_ERROR, "A call of cuRAND failed with CURAND_STATUS_TYPE_ERROR (103).")));
        Assert.That(() => CuRandException.ThrowIfFailed(CuRandStatus.CURAND_STATUS_SUCCESS), Throws.Nothing);
    }

    /// <summary>The newest library is taken, and a missing one named with what to draw with instead.</summary>
    [Test]
    public void LibrariesAreLookedForByTheirNames()
    {
        var asked = new List<string>();
        Assert.That(
            () => CuRandAPI.Create(null, Missing),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("cuRAND was not found").And.Message.Contains("RNG.Create"));
        Assert.That(asked, Has.Count.EqualTo(4).And.Some.Contains("10"));
        asked.Clear();
        Assert.That(() => CuRandAPI.Create(CuRandAPIVersion.V10, Missing), Throws.TypeOf<NotSupportedException>());
        Assert.That(asked, Has.Count.EqualTo(1));
        Assert.That(
            CuRandAPI.Create(CuRandAPIVersion.V10, _ => name => s_functions[name]).GetVersion(out int version),
            Is.EqualTo(CuRandStatus.CURAND_STATUS_SUCCESS));
        Assert.That(version, Is.EqualTo(10305));
        Assert.That(
            () => CuRandAPI.Create(CuRandAPIVersion.V10, _ => _ => IntPtr.Zero),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("it has no curandCreateGenerator"));

        Func<string, IntPtr>? Missing(string library)
        {
            asked.Add(library);
            return null;
        }
    }

    /// <summary>Where there is no library, the calls that users make say so.</summary>
    [Test]
    public void UsersCallsSayWhatIsMissing()
    {
        using Context context = Context.Create(builder => builder.Cuda(PtxDriver.Api));
        using CudaAccelerator accelerator = context.CreateCudaAccelerator(2);
        if (IsInstalled())
        {
            Assert.Ignore("cuRAND is installed here.");
        }
        Action[] calls =
        [
            () => CuRand.CreateCPU(context, CuRandRngType.CURAND_RNG_PSEUDO_DEFAULT),
            () => CuRand.CreateCPU(context, CuRandRngType.CURAND_RNG_PSEUDO_DEFAULT, CuRandAPIVersion.V10),
            () => CuRand.CreateGPU(accelerator, CuRandRngType.CURAND_RNG_PSEUDO_DEFAULT),
            () => CuRand.CreateGPU(accelerator, CuRandRngType.CURAND_RNG_PSEUDO_DEFAULT, CuRandAPIVersion.V10),
            () => CuRandAPI.Create(CuRandAPIVersion.V9),
        ];
        foreach (Action call in calls)
        {
            Assert.That(call, Throws.TypeOf<NotSupportedException>().With.Message.Contains("cuRAND was not found"));
        }

        static bool IsInstalled() => Array.Exists(
            ["libcurand.so.9", "libcurand.so.10", "curand64_9.dll", "curand64_10.dll"], name => NativeLibrary.TryLoad(name, out _));
    }

    [UnmanagedCallersOnly]
    private static CuRandStatus CreateGenerator(IntPtr* generator, CuRandRngType type) => Create("device", generator, type);

    [UnmanagedCallersOnly]
    private static CuRandStatus CreateGeneratorHost(IntPtr* generator, CuRandRngType type) => Create("host", generator, type);

    private static CuRandStatus Create(string kind, IntPtr* generator, CuRandRngType type)
    {
        *generator = 7;
        return type == CuRandRngType.CURAND_RNG_TEST ? CuRandStatus.CURAND_STATUS_TYPE_ERROR : Note($"{kind} {type}");
    }

    [UnmanagedCallersOnly]
    private static CuRandStatus DestroyGenerator(IntPtr generator) => Note($"destroy {generator}");

    [UnmanagedCallersOnly]
    private static CuRandStatus GetVersion(int* version)
    {
        *version = 10305;
        return CuRandStatus.CURAND_STATUS_SUCCESS;
    }

    [UnmanagedCallersOnly]
    private static CuRandStatus SetStream(IntPtr generator, IntPtr stream) => Note($"stream {stream}");

    [UnmanagedCallersOnly]
    private static CuRandStatus SetSeed(IntPtr generator, ulong seed) => Note($"seed {seed}");

    [UnmanagedCallersOnly]
    private static CuRandStatus GenerateSeeds(IntPtr generator) => Note("seeds");

    [UnmanagedCallersOnly]
    private static CuRandStatus Generate(IntPtr generator, uint* output, nuint count) =>
        Fill("bits", output, count, k => uint.MaxValue - (uint)k);

    [UnmanagedCallersOnly]
    private static CuRandStatus GenerateLongLong(IntPtr generator, ulong* output, nuint count) =>
        Fill("longs", output, count, k => ulong.MaxValue - (ulong)k);

    [UnmanagedCallersOnly]
    private static CuRandStatus GenerateUniform(IntPtr generator, float* output, nuint count) =>
        Fill("floats", output, count, k => 1f / (k + 1));

    [UnmanagedCallersOnly]
    private static CuRandStatus GenerateUniformDouble(IntPtr generator, double* output, nuint count) =>
        Fill("doubles", output, count, k => 1.0 / (k + 1));

    [UnmanagedCallersOnly]
    private static CuRandStatus GenerateNormal(IntPtr generator, float* output, nuint count, float mean, float deviation) =>
        Fill("normal", output, count, k => mean + (k * deviation));

    [UnmanagedCallersOnly]
    private static CuRandStatus GenerateNormalDouble(IntPtr generator, double* output, nuint count, double mean, double deviation) =>
        Fill("normal doubles", output, count, k => mean + (k * deviation));

    private static CuRandStatus Fill<T>(string what, T* output, nuint count, Func<int, T> value)
        where T : unmanaged
    {
        for (int k = 0; k < (int)count; k++)
        {
            output[k] = value(k);
        }
        return Note($"{what} {count}");
    }

    private static CuRandStatus Note(string call)
    {
        s_calls.Add(call);
        return CuRandStatus.CURAND_STATUS_SUCCESS;
    }

    /// <summary>Memory that library, kernels and host reach alike.</summary>
    private sealed class OwnBuffer : MemoryBuffer
    {
        public OwnBuffer(CudaAccelerator accelerator, long bytes)
            : base(accelerator, bytes, 1)
        {
            CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.AllocateHostMemory(out IntPtr memory, (IntPtr)bytes));
            NativePtr = memory;
        }

        public T Read<T>(int index)
            where T : unmanaged => ((T*)NativePtr)[index];

        protected internal override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) =>
            throw new NotSupportedException();

        protected internal override void CopyFrom(
            AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) => throw new NotSupportedException();

        protected internal override void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
            throw new NotSupportedException();

        protected override void DisposeAcceleratorObject(bool disposing) =>
            CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.FreeHostMemory(NativePtr));
    }
}
