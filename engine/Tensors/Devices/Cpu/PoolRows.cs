namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// The rows under a row of pooling windows, each deinterleaved once (<see cref="DeinterleavedRow"/>) and cached while the windows move
/// down the plane.
/// </summary>
internal unsafe struct PoolRows
{
    private readonly float* _x;
    private readonly PoolGeometry _g;
    private readonly DeinterleavedRow _phases;
    private readonly long _slots;
    private readonly long* _cachedIndices;
    private readonly float* _rows;

    /// <param name="x">planes [H, W]</param>
    /// <param name="g">the windows</param>
    /// <param name="padding">value of the padding</param>
    /// <param name="memory"><see cref="Floats"/> floats of scratch memory, aligned to 8 bytes</param>
    public PoolRows(float* x, in PoolGeometry g, float padding, float* memory)
    {
        _x = x;
        (_g, _phases) = (g, PhasesOf(g));
        _slots = g.ReachH + 1;
        Taps = (float**)memory;
        _cachedIndices = (long*)(Taps + ((long)g.KernelH * g.KernelW));
        _rows = (float*)(_cachedIndices + _slots);
        new Span<long>(_cachedIndices, (int)_slots).Fill(-1);
        Runs.Fill(_rows, padding, (_slots + 1) * _phases.Length);
    }

    /// <summary>Address that each tap of the windows reads, row after row.</summary>
    public float** Taps { get; }

    public static long Floats(in PoolGeometry g) =>
        (2L * (((long)g.KernelH * g.KernelW) + g.ReachH + 1)) + ((g.ReachH + 2) * PhasesOf(g).Length);

    /// <summary>Sets <see cref="Taps"/> for a row of windows, counted over all planes.</summary>
    public readonly void MoveTo(long row)
    {
        var (plane, outRow) = Math.DivRem(row, _g.OutH);
        var top = (outRow * _g.StrideH) - _g.PadTop;
        for (var i = 0; i < _g.KernelH; i++)
        {
            var cached = RowAt(plane, top + (i * _g.DilationH));
            for (var j = 0; j < _g.KernelW; j++)
            {
                Taps[(i * _g.KernelW) + j] = cached + _phases.Offset(j * _g.DilationW);
            }
        }
    }

    private static DeinterleavedRow PhasesOf(in PoolGeometry g) => new(g.W, g.PadLeft, g.StrideW, g.ReachW, g.OutW);

    private readonly float* RowAt(long plane, long inRow)
    {
        if (inRow < 0 || inRow >= _g.H)
        {
            return _rows + (_slots * _phases.Length);
        }

        var index = (plane * _g.H) + inRow;
        var slot = index % _slots;
        var cached = _rows + (slot * _phases.Length);
        if (_cachedIndices[slot] != index)
        {
            _phases.Deinterleave(_x + (index * _g.W), cached);
            _cachedIndices[slot] = index;
        }

        return cached;
    }
}
