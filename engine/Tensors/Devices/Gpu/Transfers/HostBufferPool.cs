using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Transfers;

/// <summary>
/// A pool of page-locked buffers for inputs. Locking pages takes longer than a step, so returned buffers are reused. Thread-safe.
/// </summary>
internal sealed class HostBufferPool(CudaAccelerator accelerator, HostTransfers transfers)
{
    private readonly Lock _gate = new();
    private readonly List<PageLockedHostBuffer> _free = [];

    public HostBuffer Rent(long count)
    {
        PageLockedHostBuffer? found;
        lock (_gate)
        {
            found = _free.Find(buffer => buffer.Fits(count));
            if (found is not null)
            {
                _free.Remove(found);
            }
        }

        found?.Wait();
        return found ?? Make(count);
    }

    public void Return(PageLockedHostBuffer buffer)
    {
        lock (_gate)
        {
            if (!_free.Contains(buffer))
            {
                _free.Add(buffer);
            }
        }
    }

    /// <summary>A new buffer; where no more memory can be locked, an ordinary array, which is copied through staging memory.</summary>
    private HostBuffer Make(long count)
    {
        try
        {
            return new PageLockedHostBuffer(this, accelerator, transfers, count);
        }
        catch (AcceleratorException)
        {
            return new ArrayHostBuffer(count);
        }
    }
}

/// <summary>A page-locked buffer of the pool.</summary>
internal sealed class PageLockedHostBuffer(
    HostBufferPool pool, CudaAccelerator accelerator, HostTransfers transfers, long count) : HostBuffer
{
    private readonly PageLockedBlock _memory = new(accelerator, count * sizeof(float));

    /// <summary>Recorded after the last copy that read the buffer.</summary>
    public CopyEvent Copied { get; } = new(accelerator, transfers);

    public override Span<float> Numbers => _memory.Numbers;

    public override void Wait() => Copied.Wait();

    public bool Fits(long count) => count <= Numbers.Length && Numbers.Length <= 2 * count;

    public void CopyTo(ArrayView<float> destination, CudaStream stream)
    {
        _memory.CopyTo(destination.Cast<byte>(), stream);
        Copied.Record(stream);
    }

    protected override void Dispose(bool disposing) => pool.Return(this);
}
