namespace IlgpuGan.Tensors.Devices.Gpu.Optimizers;

/// <summary>
/// The arrays of one parameter's Adam step, by device address as the kernel read them from a table, and this step's rates. CUDA only.
/// </summary>
internal struct AdamArrays
{
    /// <summary>Floats of one 16-byte access.</summary>
    public const int Width = 4;

    public long Weight, Gradient, First, Second;

    public float StepSize, InverseRootCorrection, WeightKept;

    /// <summary>
    /// Whether all four arrays start at multiples of 16 bytes. A thread then has four times the bytes in flight, which hides memory latency
    /// with a quarter of the instructions.
    /// </summary>
    public readonly bool AreAligned => ((Weight | Gradient | First | Second) & ((Width * sizeof(float)) - 1)) == 0;

    /// <summary>Updates one number.</summary>
    public readonly void Update(int index, AdamCoefficients c)
    {
        var offset = (long)index * sizeof(float);
        var updated = AdamUpdate.Of(
            DeviceAddress.Load(Weight + offset), DeviceAddress.Load(Gradient + offset), DeviceAddress.Load(First + offset),
            DeviceAddress.Load(Second + offset), c, StepSize, InverseRootCorrection, WeightKept);
        DeviceAddress.Store(Weight + offset, updated.Weight);
        DeviceAddress.Store(First + offset, updated.First);
        DeviceAddress.Store(Second + offset, updated.Second);
    }

    /// <summary>Updates four numbers, each as <see cref="Update"/> does.</summary>
    /// <param name="index">a multiple of four</param>
    public readonly void UpdateFour(int index, AdamCoefficients c)
    {
        var offset = (long)index * sizeof(float);
        var weight = DeviceAddress.LoadFour(Weight + offset);
        var gradient = DeviceAddress.LoadFour(Gradient + offset);
        var first = DeviceAddress.LoadFour(First + offset);
        var second = DeviceAddress.LoadFour(Second + offset);
        (weight.X, first.X, second.X) =
            AdamUpdate.Of(weight.X, gradient.X, first.X, second.X, c, StepSize, InverseRootCorrection, WeightKept);
        (weight.Y, first.Y, second.Y) =
            AdamUpdate.Of(weight.Y, gradient.Y, first.Y, second.Y, c, StepSize, InverseRootCorrection, WeightKept);
        (weight.Z, first.Z, second.Z) =
            AdamUpdate.Of(weight.Z, gradient.Z, first.Z, second.Z, c, StepSize, InverseRootCorrection, WeightKept);
        (weight.W, first.W, second.W) =
            AdamUpdate.Of(weight.W, gradient.W, first.W, second.W, c, StepSize, InverseRootCorrection, WeightKept);
        DeviceAddress.StoreFour(Weight + offset, weight);
        DeviceAddress.StoreFour(First + offset, first);
        DeviceAddress.StoreFour(Second + offset, second);
    }
}
