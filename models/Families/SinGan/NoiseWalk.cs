namespace IlgpuGan.Models.Families.SinGan;

/// <summary>
/// The noise of a level from frame to frame: a random walk with momentum around z*, the noise that reconstructs the picture.
/// z' = a·z* + (1 − a)·(z + d), d = b·(z − z before) + (1 − b)·noise (Shaham et al. 2019, section 4, and the authors' program).
/// </summary>
internal sealed class NoiseWalk
{
    /// <summary>a, the strength of the pull back to z*.</summary>
    private const float Pull = 0.1f;

    /// <summary>b, the weight of the previous direction.</summary>
    private const float Momentum = 0.9f;

    /// <summary>Weight of the noise in the first step.</summary>
    private const float FirstMove = 0.05f;

    private readonly float[] _rest;
    private readonly Shape _shape;
    private readonly Func<int, float[]> _draw;
    private float[] _before;
    private float[] _now;
    private int _draws = 1;

    /// <param name="rest">z*</param>
    /// <param name="shape">of the noise</param>
    /// <param name="draw">numbers from N(0, 1), by the index of the draw</param>
    public NoiseWalk(float[] rest, Shape shape, Func<int, float[]> draw)
    {
        (_rest, _shape, _draw) = (rest, shape, draw);
        (_before, _now) = (rest, [.. rest.Zip(draw(0), (r, z) => ((1 - FirstMove) * r) + (FirstMove * z))]);
    }

    /// <summary>The noise of the next frame.</summary>
    public Tensor Next(Device device)
    {
        var (noise, next) = (_draw(_draws++), new float[_rest.Length]);
        for (var i = 0; i < next.Length; i++)
        {
            var direction = (Momentum * (_now[i] - _before[i])) + ((1 - Momentum) * noise[i]);
            next[i] = (Pull * _rest[i]) + ((1 - Pull) * (_now[i] + direction));
        }

        (_before, _now) = (_now, next);
        return Tensor.From(next, _shape, device);
    }
}
