namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// One direction of a strided convolution, seen from its input. Input places of one remainder by the stride (a phase) all meet the same
/// taps: those r with (place + pad − r · dilation) divisible by the stride. Among themselves they form a convolution of stride 1 with
/// these taps alone, so the data gradient multiplies no zeros.
/// </summary>
internal struct PhaseAxis
{
    public int Stride;

    public int Dilation;

    public int Pad;

    /// <summary>Taps of the whole kernel.</summary>
    public int Kernel;

    /// <summary>Places of the input.</summary>
    public int Extent;

    /// <summary>From one tap of a phase to its next: stride / gcd(stride, dilation).</summary>
    public int TapStep;

    /// <summary>Of the phase with most of them.</summary>
    public readonly int MostTaps => (Kernel + TapStep - 1) / TapStep;

    public readonly Phase Enter(int phase)
    {
        int tap = 0;
        while (tap < TapStep && (phase + Pad - (tap * Dilation)) % Stride != 0)
        {
            tap++;
        }

        Phase result = default;
        bool meetsTaps = tap < TapStep && tap < Kernel;
        result.FirstTap = meetsTaps ? tap : 0;
        result.Taps = meetsTaps ? (Kernel - tap + TapStep - 1) / TapStep : 0;
        result.Origin = (phase + Pad - (result.FirstTap * Dilation)) / Stride;
        result.Count = (Extent - phase + Stride - 1) / Stride;
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
