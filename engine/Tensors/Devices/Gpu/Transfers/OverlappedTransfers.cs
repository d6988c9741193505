using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Transfers;

/// <summary>
/// Asynchronous copies on CUDA. Ordinary memory is copied through page-locked staging blocks, in the kernels' stream. Inputs are decoded
/// into page-locked memory and copied by a second stream while kernels run. Results are read once their event has passed. A copy for which
/// no more memory can be locked waits.
/// </summary>
internal sealed class OverlappedTransfers : HostTransfers
{
    private readonly CudaAccelerator _accelerator;
    private readonly CudaStream _kernels;
    private readonly CudaStream _copies;
    private readonly StagingBlocks _staging;
    private readonly HostBufferPool _buffers;

    /// <param name="kernels">the stream of the kernels</param>
    /// <param name="copies">a non-blocking stream</param>
    /// <exception cref="CudaException">the system does not allow page-locking</exception>
    /// <exception cref="NotSupportedException">the device can't access host memory</exception>
    public OverlappedTransfers(CudaAccelerator accelerator, CudaStream kernels, CudaStream copies)
        : base(kernels)
    {
        (_accelerator, _kernels, _copies) = (accelerator, kernels, copies);
        (_staging, _buffers) = (new StagingBlocks(accelerator, this), new HostBufferPool(accelerator, this));
        _staging.Return(_staging.Rent(1) ?? throw _staging.Refusal!);
    }

    public override bool Overlap => true;

    protected override void CopyToDevice<T>(ReadOnlySpan<T> source, ArrayView<T> destination)
    {
        ThrowIfCapturing();
        var pieceLength = StagingBlocks.LargestPiece / Unsafe.SizeOf<T>();
        for (var start = 0; start < source.Length; start += pieceLength)
        {
            var numbers = source.Slice(start, Math.Min(pieceLength, source.Length - start));
            var target = destination.SubView(start, numbers.Length);
            var piece = MemoryMarshal.AsBytes(numbers);
            if (_staging.Rent(piece.Length) is not { } block)
            {
                base.CopyToDevice(numbers, target);
                continue;
            }

            piece.CopyTo(MemoryMarshal.AsBytes(block.Memory.Numbers));
            block.Memory.CopyTo(target.Cast<byte>(), _kernels);
            block.Passed.Record(_kernels);
            _staging.Return(block);
        }
    }

    public override Readback BeginDownload(ArrayView<float> source)
    {
        ThrowIfCapturing();
        if (_staging.Rent(source.LengthInBytes) is not { } block)
        {
            return base.BeginDownload(source);
        }

        block.Memory.CopyFrom(source.Cast<byte>(), _kernels);
        block.Passed.Record(_kernels);
        return new StagedReadback(_staging, block, source.IntLength);
    }

    public override HostBuffer AllocateHost(long count) => _buffers.Rent(count);

    public override DeviceEvent CreateEvent() => new StreamEvent(_accelerator, this, _kernels);

    public override void BeginUpload(HostBuffer source, ArrayView<float> destination, DeviceEvent after)
    {
        if (source is not PageLockedHostBuffer locked)
        {
            base.BeginUpload(source, destination, after);
            return;
        }

        ThrowIfCapturing();
        ((StreamEvent)after).MakeStreamWait(_copies);
        locked.CopyTo(destination, _copies);
        locked.Copied.MakeStreamWait(_kernels);
    }

    private void ThrowIfCapturing()
    {
        if (IsCapturing)
        {
            throw new InvalidOperationException(
                "numbers are copied between host and device within what is captured as a graph; a replay would not copy them again");
        }
    }

    /// <summary>An event of the kernels' stream.</summary>
    private sealed class StreamEvent(CudaAccelerator accelerator, HostTransfers transfers, CudaStream kernels) : DeviceEvent
    {
        private readonly CudaEvent _event = new(accelerator);

        public override void Record()
        {
            try
            {
                _event.Record(kernels);
            }
            catch (AcceleratorException exception)
            {
                throw transfers.CreateException("marking the end of a step", exception);
            }
        }

        public void MakeStreamWait(CudaStream stream) => _event.MakeStreamWait(stream);

        protected override void Dispose(bool disposing) => _event.Dispose();
    }

    private sealed class StagedReadback(StagingBlocks staging, StagingBlock block, int count) : Readback
    {
        private StagingBlock? _block = block;

        private StagingBlock Block => _block ?? throw new InvalidOperationException("these numbers were already taken");

        public override bool IsReady => Block.Passed.IsReached;

        public override void Take(Span<float> destination)
        {
            Block.Passed.Wait();
            Block.Memory.Numbers[..count].CopyTo(destination);
            Dispose();
        }

        protected override void Dispose(bool disposing)
        {
            if (_block is { } used)
            {
                _block = null;
                staging.Return(used);
            }
        }
    }
}
