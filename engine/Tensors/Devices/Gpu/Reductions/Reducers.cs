namespace IlgpuGan.Tensors.Devices.Gpu.Reductions;

/// <summary>The associative operation of a <see cref="Reduction"/>.</summary>
internal interface IReducer
{
    /// <summary>The neutral element.</summary>
    static abstract Compensated Identity { get; }

    static abstract Compensated Join(Compensated a, Compensated b);
}

internal static class Reducers
{
    internal readonly struct Sum : IReducer
    {
        public static Compensated Identity => new(0, 0);

        public static Compensated Join(Compensated a, Compensated b) => a.Add(b);
    }

    /// <summary>NaN if any is.</summary>
    internal readonly struct Maximum : IReducer
    {
        public static Compensated Identity => new(float.NegativeInfinity, 0);

        public static Compensated Join(Compensated a, Compensated b) => b.High > a.High || float.IsNaN(b.High) ? b : a;
    }

    /// <summary>NaN if any is.</summary>
    internal readonly struct Minimum : IReducer
    {
        public static Compensated Identity => new(float.PositiveInfinity, 0);

        public static Compensated Join(Compensated a, Compensated b) => b.High < a.High || float.IsNaN(b.High) ? b : a;
    }
}
