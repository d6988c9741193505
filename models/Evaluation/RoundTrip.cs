using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Reconstruction error of a round trip, for one treatment of the intermediate picture.</summary>
/// <param name="Between">the treatment of the intermediate picture</param>
/// <param name="L1">mean absolute difference from the input as a fraction of full scale (0 … 1); lower is better</param>
/// <param name="Psnr">
/// mean over the pictures of 10·log₁₀(1 / MSE) in dB; higher is better, and equal pictures count as 100
/// </param>
internal sealed record RoundTripScore(string Between, double L1, double Psnr);

/// <summary>The scores of one direction.</summary>
/// <param name="Way">direction of the first half: <c>AtoB</c> is A to B and back to A</param>
/// <param name="Pictures">number of pictures</param>
/// <param name="Scores">scores by treatment: unchanged, rounded to 8 bits, and with increasing noise</param>
internal sealed record RoundTripWay(string Way, int Pictures, IReadOnlyList<RoundTripScore> Scores);

/// <summary>The scores of both directions.</summary>
/// <param name="Subject">what was evaluated</param>
/// <param name="Ways">first the direction of training, then the other</param>
internal sealed record RoundTripReport(EvaluationSubject Subject, IReadOnlyList<RoundTripWay> Ways);

/// <summary>
/// Measures the information that a CycleGAN hides in its pictures (Chu, Zhmoginov, Sandler 2017, arXiv 1712.02950). An invisible signal is
/// lost when the intermediate picture is rounded to 8 bits or gets a little noise, and the reconstruction fails. If the visible picture
/// contains the information, rounding and noise change little.
/// </summary>
/// <param name="there">translates [1, C, H, W] to the other domain</param>
/// <param name="back">translates back</param>
internal sealed class RoundTrip(Func<Tensor, Tensor> there, Func<Tensor, Tensor> back)
{
    /// <summary>A separate random stream.</summary>
    private const uint Stream = 0xB0771E;

    /// <summary>One of the 255 steps between levels, for values in [−1, 1].</summary>
    private const float Level = 2 / 255f;

    /// <summary>The treatments of the intermediate picture; a picture's number selects its noise.</summary>
    private static readonly (string Name, Func<Tensor, uint, Tensor> Apply)[] s_treatments =
    [
        ("as computed", (made, _) => made.Share()),
        ("8 bits", (made, _) => PictureTensors.ToPicture(made).ToTensor(made.Device)),
        .. new[] { 1, 2, 4, 8 }.Select(levels => ($"noise of {Counted.Of(levels, "level")}", Noise(levels))),
    ];

    private readonly double[] _l1 = new double[s_treatments.Length];
    private readonly double[] _psnr = new double[s_treatments.Length];
    private int _pictures;

    /// <summary>Translates a picture there and back, once per treatment.</summary>
    /// <param name="start">[1, C, H, W] in [−1, 1]</param>
    /// <returns>the input, the intermediate picture, and the result of each treatment</returns>
    public IReadOnlyList<Picture> Add(Tensor start)
    {
        using var made = there(start);
        var expected = start.ToArray();
        List<Picture> pictures = [PictureTensors.ToPicture(start), PictureTensors.ToPicture(made)];
        for (var i = 0; i < s_treatments.Length; i++)
        {
            using var between = s_treatments[i].Apply(made, (uint)_pictures);
            using var end = back(between);
            pictures.Add(PictureTensors.ToPicture(end));
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
        return pictures;
    }

    /// <summary>Means over the pictures so far.</summary>
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
