using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Models.Evaluation;

/// <summary>How near pictures come back to where they began, by what was done to the picture between.</summary>
/// <param name="Between">what was done to it</param>
/// <param name="L1">mean absolute difference from the start, in parts of full scale (0 … 1); lower is better</param>
/// <param name="Psnr">
/// mean over the pictures of 10·log₁₀(1 / MSE) in dB; higher is better, and equal pictures count as 100
/// </param>
public sealed record RoundTripScore(string Between, double L1, double Psnr);

/// <summary>The scores of one way round.</summary>
/// <param name="Way">the first half of it: <c>AtoB</c> is A to B and back to A</param>
/// <param name="Pictures">how many went</param>
/// <param name="Scores">the picture between as it was computed, as it would be saved, and with more and more noise</param>
public sealed record RoundTripWay(string Way, int Pictures, IReadOnlyList<RoundTripScore> Scores);

/// <summary>Both ways round.</summary>
/// <param name="Subject">what was evaluated</param>
/// <param name="Ways">that which begins as training's direction does, and the other</param>
public sealed record RoundTripReport(EvaluationSubject Subject, IReadOnlyList<RoundTripWay> Ways);

/// <summary>
/// What a generator hides in its pictures so that another can undo it (Chu, Zhmoginov, Sandler 2017, arXiv 1712.02950): a message that
/// nobody sees is lost where the picture is rounded to 8 bits or gets a little noise, and the start does not come back any more. Where the
/// picture itself holds what is needed, both change little.
/// </summary>
/// <param name="there">pictures [1, C, H, W] to the other domain</param>
/// <param name="back">and from there</param>
internal sealed class RoundTrip(Func<Tensor, Tensor> there, Func<Tensor, Tensor> back)
{
    /// <summary>Random numbers of their own.</summary>
    private const uint Stream = 0xB0771E;

    /// <summary>One of the 255 steps of a colour, in a network's range of 2.</summary>
    private const float Level = 2 / 255f;

    /// <summary>What is done to the picture between, which has a number that its noise is drawn by.</summary>
    private static readonly (string Name, Func<Tensor, uint, Tensor> Apply)[] s_treatments =
    [
        ("as computed", (made, _) => made.Share()),
        ("8 bits", (made, _) => PictureTensors.ToPicture(made).ToTensor(made.Device)),
        .. new[] { 1, 2, 4, 8 }.Select(levels => ($"noise of {Counted.Of(levels, "level")}", Noise(levels))),
    ];

    private readonly double[] _l1 = new double[s_treatments.Length];
    private readonly double[] _psnr = new double[s_treatments.Length];
    private int _pictures;

    /// <summary>Sends a picture there and back, once for each treatment.</summary>
    /// <param name="start">[1, C, H, W] in [−1, 1]</param>
    public void Add(Tensor start)
    {
        using var made = there(start);
        var expected = start.ToArray();
        for (var i = 0; i < s_treatments.Length; i++)
        {
            using var between = s_treatments[i].Apply(made, (uint)_pictures);
            using var end = back(between);
            var found = end.ToArray();
            var (l1, mse) = (0.0, 0.0);
            for (var j = 0; j < expected.Length; j++)
            {
                var difference = ((double)found[j] - expected[j]) / 2;
                l1 += Math.Abs(difference);
                mse += difference * difference;
            }

            _l1[i] += l1 / expected.Length;
            _psnr[i] += Math.Min(10 * Math.Log10(expected.Length / mse), ImageScore.MostPsnr);
        }

        _pictures++;
    }

    /// <summary>The means over the pictures that went.</summary>
    public RoundTripWay Result(Direction way) => new(
        OptionsJson.TextOf(way), _pictures,
        [.. s_treatments.Select((treatment, i) => new RoundTripScore(treatment.Name, _l1[i] / _pictures, _psnr[i] / _pictures))]);

    private static Func<Tensor, uint, Tensor> Noise(int levels) => (made, number) =>
    {
        using var noise = Tensor.Normal(new RandomKey((ulong)levels, Stream, number, 0), made.Shape, made.Device);
        using var scaled = noise * (levels * Level);
        return made + scaled;
    };
}
