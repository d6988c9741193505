namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Working memory of one kernel or worker, aligned to a cache line, kept from call to call so that a training step allocates nothing.
/// </summary>
internal sealed unsafe class Scratch
{
    private double* _doubles;
    private long _capacity;

    /// <summary>Memory for <paramref name="count"/> numbers of arbitrary content, valid until the next call.</summary>
    public double* Doubles(long count)
    {
        if (count > _capacity)
        {
            AlignedMemory.Free(_doubles);
            _doubles = null;
            _capacity = 0;
            _doubles = (double*)AlignedMemory.Allocate(count * sizeof(double));
            _capacity = count;
        }

        return _doubles;
    }

    /// <inheritdoc cref="Doubles"/>
    public float* Floats(long count) => (float*)Doubles((count + 1) / 2);

    ~Scratch() => AlignedMemory.Free(_doubles);
}
