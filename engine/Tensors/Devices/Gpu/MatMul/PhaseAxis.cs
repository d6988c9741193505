namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// One direction of a strided convolution, seen from its input. Input places of one remainder by the stride (a phase) all meet the same
/// taps: those r with (place + pad − r · dilation) divisible by the stride. Among themselves they form a convolution of stride 1 with
/// these taps alone, so the data gradient multiplies no zeros.
/// </summary>
internal struct PhaseAxis
{
    public Divisor Stride;

    public int Dilation;

    public int Pad;

    /// <summary>Taps of the whole kernel.</summary>
    public int Kernel;

    /// <summary>Places of the input.</summary>
    public int Extent;

    /// <summary>From one tap of a phase to its next: stride / gcd(stride, dilation).</summary>
    public Divisor TapStep;

    /// <summary>Taps of the phase with most of them; others have one less, or none.</summary>
    public Divisor MostTaps, FewerTaps;

    /// <summary>Places of the phase with most of them; others have one less.</summary>
    public Divisor MostPlaces, FewerPlaces;

    /// <summary>On the host.</summary>
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
        MostTaps = new Divisor(taps);
        FewerTaps = new Divisor(Math.Max(taps - 1, 1));
        MostPlaces = new Divisor(places);
        FewerPlaces = new Divisor(Math.Max(places - 1, 1));
    }

    /// <summary>To divide by a phase's taps. One may have none: threads beyond the edge still divide, by whatever is not 0.</summary>
    public readonly Divisor ByTaps(int taps) => taps == MostTaps.Value ? MostTaps : FewerTaps;

    /// <summary>To divide by a phase's places, of which it may have none.</summary>
    public readonly Divisor ByCount(int count) => count == MostPlaces.Value ? MostPlaces : FewerPlaces;

    public readonly Phase Enter(int phase)
    {
        int tap = 0;
        while (tap < TapStep.Value && !Stride.Divides(phase + Pad - (tap * Dilation)))
        {
            tap++;
        }

        Phase result = default;
        bool meetsTaps = tap < TapStep.Value && tap < Kernel;
        result.FirstTap = meetsTaps ? tap : 0;
        result.Taps = meetsTaps ? TapStep.Quotient(Kernel - result.FirstTap + TapStep.Value - 1) : 0;
        result.Origin = Stride.QuotientOfAny(phase + Pad - (result.FirstTap * Dilation));
        result.Count = Stride.Quotient(Extent - phase + Stride.Value - 1);

        return result;
    }
}

/// <summary>One phase in one direction.</summary>
internal struct Phase
{
    public int FirstTap;

    public int Taps;

    /// <summary>The output place that the phase's first input place meets with its first tap; later taps lie before it.</summary>
    public int Origin;

    /// <summary>Input places.</summary>
    public int Count;
}
