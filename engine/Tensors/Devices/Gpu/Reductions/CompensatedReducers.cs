namespace IlgpuGan.Tensors.Devices.Gpu.Reductions;

/// <summary>The associative operation of a <see cref="Reduction"/>.</summary>
internal interface ICompensatedReducer
{
    /// <summary>The neutral element.</summary>
    static abstract Compensated Identity { get; }

    static abstract Compensated Join(Compensated a, Compensated b);
}

internal static class CompensatedReducers
{
    internal readonly struct Sum : ICompensatedReducer
    {
        public static Compensated Identity => new(0, 0);

        public static Compensated Join(Compensated a, Compensated b) => a.Add(b);
    }

    /// <summary>NaN if any is.</summary>
    internal readonly struct Maximum : ICompensatedReducer
    {
        public static Compensated Identity => new(float.NegativeInfinity, 0);

        public static Compensated Join(Compensated a, Compensated b) => b.High > a.High || float.IsNaN(b.High) ? b : a;
    }

    /// <summary>NaN if any is.</summary>
    internal readonly struct Minimum : ICompensatedReducer
    {
        public static Compensated Identity => new(float.PositiveInfinity, 0);

        public static Compensated Join(Compensated a, Compensated b) => b.High < a.High || float.IsNaN(b.High) ? b : a;
    }
}
