using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>A program's own buffers: memory of the host that a CUDA device reaches, by the driver's own calls.</summary>
public sealed class OwnBufferTests
{
    private Context _context = null!;
    private CudaAccelerator _accelerator = null!;

    [SetUp]
    public void Open()
    {
        PtxDriver.FaultsStay = true;
        PtxDriver.Violations.Clear();
        _context = Context.Create(builder => builder.Cuda(PtxDriver.Api));
        _accelerator = _context.CreateCudaAccelerator(2);
        _accelerator.Bind();
    }

    [TearDown]
    public void Close()
    {
        _accelerator.Dispose();
        _context.Dispose();
        Assert.That(PtxDriver.Violations, Is.Empty);
    }

    private static void Count(Index1D i, ArrayView<int> progress) => Atomic.Add(ref progress[0], 1);

    private static void Move(Index1D i, ArrayView<int> from, ArrayView<int> to) => to[i] = from[i] + 1;

    /// <summary>What kernels write is there for the host, and the other way, without a copy.</summary>
    [Test]
    public unsafe void KernelsReachMemoryOfTheHost()
    {
        using var buffer = new HostBuffer(_accelerator, 8);
        var host = new Span<int>((void*)buffer.NativePtr, 8);
        host.Clear();
        _accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Count)(100, buffer.AsArrayView<int>(2, 3));
        _accelerator.Synchronize();
        Assert.That(host.ToArray(), Is.EqualTo(new[] { 0, 0, 100, 0, 0, 0, 0, 0 }));
        using var other = _accelerator.Allocate1D<int>(8);
        var move = _accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, ArrayView<int>>(Move);
        move(8, buffer.AsArrayView<int>(0, 8), other.View);
        Assert.That(other.GetAsArray1D(), Is.EqualTo(new[] { 1, 1, 101, 1, 1, 1, 1, 1 }));
    }

    /// <summary>Whoever copies or sets the buffer, by whichever member, arrives at its own methods.</summary>
    [Test]
    public void CopiesGoThroughTheBuffersOwnMethods()
    {
        using var buffer = new HostBuffer(_accelerator, 4);
        ArrayView<int> view = buffer.AsArrayView<int>(0, 4);
        using var other = _accelerator.Allocate1D(new[] { 5, 6, 7, 8 });
        view.CopyFromCPU([1, 2, 3, 4]);
        Assert.That((view.GetAsArray(), buffer.Calls), Is.EqualTo((new[] { 1, 2, 3, 4 }, "from 16 to 0; to 16 of 0; ")));
        buffer.CopyFrom(_accelerator.DefaultStream, other.AsRawArrayView(4, 8), 8);
        Assert.That(view.GetAsArray(), Is.EqualTo(new[] { 1, 2, 6, 7 }));
        view.SubView(1, 2).CopyTo(other.AsArrayView<int>(0, 2));
        Assert.That(other.GetAsArray1D(), Is.EqualTo(new[] { 2, 6, 7, 8 }));
        buffer.Calls = "";
        view.SubView(1, 2).MemSetToZero();
        Assert.That((view.GetAsArray(), buffer.Calls), Is.EqualTo((new[] { 1, 0, 0, 7 }, "set 8 of 4; to 16 of 0; ")));
    }

    [Test]
    public void TheSimulatorSaysThatItsKernelsDoNotReachIt()
    {
        using Context simulators = Context.Create(builder => builder.DefaultCPU());
        using Accelerator simulator = simulators.GetPreferredDevice(preferCPU: true).CreateAccelerator(simulators);
        using var buffer = new Nowhere(simulator);
        var kernel = simulator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Count);
        Assert.That(
            () => kernel(1, buffer.AsArrayView<int>(0, 1)),
            Throws.TypeOf<NotSupportedException>().With.Message.EqualTo("Kernels of the simulator can't reach the memory of a Nowhere."));
    }

    [Test]
    public void TheDriverAllocatesAndTellsWhatIsFree()
    {
        CudaAPI driver = CudaAPI.CurrentAPI;
        CudaException.ThrowIfFailed(driver.GetMemoryInfo(out long before, out long total));
        CudaException.ThrowIfFailed(driver.AllocateMemory(out IntPtr memory, 4096));
        CudaException.ThrowIfFailed(driver.GetMemoryInfo(out long free, out _));
        Assert.That((total, before - free), Is.EqualTo((1L << 30, 4096)));
        CudaException.ThrowIfFailed(driver.FreeMemory(memory));
        CudaException.ThrowIfFailed(driver.SynchronizeStream(((CudaStream)_accelerator.DefaultStream).StreamPtr));
        CudaException.ThrowIfFailed(driver.SynchronizeContext());
        Assert.That(() => CudaException.ThrowIfFailed(driver.FreeHostMemory(memory)), Throws.TypeOf<CudaException>());
    }

    private sealed unsafe class HostBuffer : MemoryBuffer
    {
        public HostBuffer(CudaAccelerator accelerator, long length)
            : base(accelerator, length, sizeof(int))
        {
            CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.AllocateHostMemory(out IntPtr memory, (IntPtr)LengthInBytes));
            NativePtr = memory;
        }

        public string Calls { get; set; } = "";

        protected internal override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView)
        {
            stream.Synchronize();
            Calls += $"set {targetView.Length} of {targetView.IndexInBytes}; ";
            new Span<byte>((byte*)NativePtr + targetView.IndexInBytes, (int)targetView.Length).Fill(value);
        }

        protected internal override void CopyFrom(
            AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView)
        {
            Calls += $"from {sourceView.Length} to {targetView.IndexInBytes}; ";
            var bytes = new byte[sourceView.Length];
            sourceView.CopyToCPU(stream, bytes);
            bytes.CopyTo(new Span<byte>((byte*)NativePtr + targetView.IndexInBytes, bytes.Length));
        }

        protected internal override void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView)
        {
            stream.Synchronize();
            Calls += $"to {sourceView.Length} of {sourceView.IndexInBytes}; ";
            byte[] bytes = new Span<byte>((byte*)NativePtr + sourceView.IndexInBytes, (int)sourceView.Length).ToArray();
            targetView.CopyFromCPU(stream, bytes);
        }

        protected override void DisposeAcceleratorObject(bool disposing) =>
            CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.FreeHostMemory(NativePtr));
    }

    private sealed class Nowhere(Accelerator accelerator) : MemoryBuffer(accelerator, 1, sizeof(int))
    {
        protected internal override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) =>
            throw new NotSupportedException();

        protected internal override void CopyFrom(
            AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
            throw new NotSupportedException();

        protected internal override void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
            throw new NotSupportedException();

        protected override void DisposeAcceleratorObject(bool disposing)
        {
        }
    }
}
