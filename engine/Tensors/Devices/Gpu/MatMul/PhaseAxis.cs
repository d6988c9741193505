namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// One axis of a strided convolution's data gradient. Input positions with the same remainder modulo the stride (a phase) meet the same
/// taps: those r with (position + pad − r · dilation) divisible by the stride. A phase is a convolution of stride 1 with these taps alone,
/// so the data gradient multiplies no zeros.
/// </summary>
internal struct PhaseAxis
{
    public Divisor Stride;

    public int Dilation;

    public int Pad;

    /// <summary>Taps of the kernel, of all phases.</summary>
    public int Kernel;

    /// <summary>Positions of the input.</summary>
    public int Extent;

    /// <summary>The distance between taps of a phase: stride / gcd(stride, dilation).</summary>
    public Divisor TapStep;

    /// <summary>The most taps of a phase; other phases have one less, or none.</summary>
    public Divisor MaxTaps, FewerTaps;

    /// <summary>The most positions of a phase; other phases have one less.</summary>
    public Divisor MaxPlaces, FewerPlaces;

    /// <summary>Created on the host.</summary>
    /// <param name="tapStep">stride / gcd(stride, dilation)</param>
    public PhaseAxis(int stride, int dilation, int pad, int kernel, int extent, int tapStep)
    {
        Stride = new Divisor(stride);
        Dilation = dilation;
        Pad = pad;
        Kernel = kernel;
        Extent = extent;
        TapStep = new Divisor(tapStep);
        int taps = (kernel + tapStep - 1) / tapStep, places = (extent + stride - 1) / stride;
        MaxTaps = new Divisor(taps);
        FewerTaps = new Divisor(Math.Max(taps - 1, 1));
        MaxPlaces = new Divisor(places);
        FewerPlaces = new Divisor(Math.Max(places - 1, 1));
    }

    /// <summary>The divisor for a phase's number of taps. It is never 0, even for a phase without taps.</summary>
    public readonly Divisor ByTaps(int taps) => taps == MaxTaps.Value ? MaxTaps : FewerTaps;

    /// <summary>The divisor for a phase's number of positions. It is never 0.</summary>
    public readonly Divisor ByCount(int count) => count == MaxPlaces.Value ? MaxPlaces : FewerPlaces;

    /// <summary>The taps and positions of a phase.</summary>
    public readonly AxisPhase Enter(int phase)
    {
        int tap = 0;
        while (tap < TapStep.Value && !Stride.Divides(phase + Pad - (tap * Dilation)))
        {
            tap++;
        }

        AxisPhase result = default;
        bool meetsTaps = tap < TapStep.Value && tap < Kernel;
        result.FirstTap = meetsTaps ? tap : 0;
        result.Taps = meetsTaps ? TapStep.Quotient(Kernel - result.FirstTap + TapStep.Value - 1) : 0;
        result.Origin = Stride.QuotientOfAny(phase + Pad - (result.FirstTap * Dilation));
        result.Count = Stride.Quotient(Extent - phase + Stride.Value - 1);

        return result;
    }
}

/// <summary>One phase of an axis.</summary>
internal struct AxisPhase
{
    public int FirstTap;

    public int Taps;

    /// <summary>The output position that meets the phase's first input position by its first tap; later taps meet earlier ones.</summary>
    public int Origin;

    /// <summary>Number of input positions.</summary>
    public int Count;
}
