namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// The rows that a row of windows covers, taken apart (<see cref="PhasedRow"/>) once and kept while the windows move down the plane.
/// </summary>
internal unsafe struct PoolLines
{
    private readonly float* _x;
    private readonly PoolGeometry _g;
    private readonly PhasedRow _phases;
    private readonly long _slots;
    private readonly long* _held;
    private readonly float* _rows;

    /// <param name="x">planes [H, W]</param>
    /// <param name="g">the windows</param>
    /// <param name="padding">what stands around a plane</param>
    /// <param name="memory">room for <see cref="Floats"/> numbers, aligned to 8 bytes</param>
    public PoolLines(float* x, in PoolGeometry g, float padding, float* memory)
    {
        _x = x;
        (_g, _phases) = (g, PhasesOf(g));
        _slots = g.ReachH + 1;
        Taps = (float**)memory;
        _held = (long*)(Taps + ((long)g.KernelH * g.KernelW));
        _rows = (float*)(_held + _slots);
        new Span<long>(_held, (int)_slots).Fill(-1);
        Runs.Fill(_rows, padding, (_slots + 1) * _phases.Length);
    }

    /// <summary>Where each tap of the windows reads, row after row.</summary>
    public float** Taps { get; }

    public static long Floats(in PoolGeometry g) =>
        (2L * (((long)g.KernelH * g.KernelW) + g.ReachH + 1)) + ((g.ReachH + 2) * PhasesOf(g).Length);

    /// <summary>Sets <see cref="Taps"/> for a row of all planes' windows.</summary>
    public readonly void MoveTo(long row)
    {
        var (plane, outRow) = Math.DivRem(row, _g.OutH);
        var top = (outRow * _g.StrideH) - _g.PadTop;
        for (var i = 0; i < _g.KernelH; i++)
        {
            var line = LineOf(plane, top + (i * _g.DilationH));
            for (var j = 0; j < _g.KernelW; j++)
            {
                Taps[(i * _g.KernelW) + j] = line + _phases.Offset(j * _g.DilationW);
            }
        }
    }

    private static PhasedRow PhasesOf(in PoolGeometry g) => new(g.W, g.PadLeft, g.StrideW, g.ReachW, g.OutW);

    private readonly float* LineOf(long plane, long inRow)
    {
        if (inRow < 0 || inRow >= _g.H)
        {
            return _rows + (_slots * _phases.Length);
        }

        var index = (plane * _g.H) + inRow;
        var slot = index % _slots;
        var line = _rows + (slot * _phases.Length);
        if (_held[slot] != index)
        {
            _phases.Take(_x + (index * _g.W), line);
            _held[slot] = index;
        }

        return line;
    }
}
