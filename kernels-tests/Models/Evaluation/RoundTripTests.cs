using IlgpuGan.Models.Evaluation;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>What is left of a start after there and back again, with maps whose errors can be reckoned.</summary>
public sealed class RoundTripTests : OnCpu
{
    private static readonly Shape s_shape = new(1, 3, 40, 50);

    /// <summary>Half the contrast and back: an error between comes out twice as large.</summary>
    [Test]
    public void ErrorsBetweenComeOutAsTheWayBackMakesThem()
    {
        using var step = _device.Step();
        var starts = Enumerable.Range(0, 3).Select(i => Start((uint)i)).ToList();
        var trip = new RoundTrip(x => x * 0.5f, y => y * 2);
        starts.ForEach(start => trip.Add(start));
        var way = trip.Result(Direction.BToA);
        Assert.That((way.Way, way.Pictures), Is.EqualTo(("BtoA", 3)));
        Assert.That(
            way.Scores.Select(s => s.Between),
            Is.EqualTo(new[]
            {
                "as computed", "8 bits", "noise of 1 level", "noise of 2 levels", "noise of 4 levels", "noise of 8 levels",
            }));
        Assert.That((way.Scores[0].L1, way.Scores[0].Psnr), Is.EqualTo((0.0, 100.0)), "halves and doubles are exact");

        var rounded = starts.Average(x => x.ToArray().Average(v => Math.Abs(v - (2 * Rounded(v / 2.0))) / 2));
        Assert.That(way.Scores[1].L1, Is.EqualTo(rounded).Within(1e-6));

        // E|N(0, 1)| is √(2/π); of 18,000 draws the mean is within two per cent.
        foreach (var (i, levels) in new[] { 1, 2, 4, 8 }.Index())
        {
            Assert.That(
                way.Scores[2 + i].L1, Is.EqualTo(2 * levels / 255.0 * Math.Sqrt(2 / Math.PI)).Within(2).Percent, $"{levels} levels");
            Assert.That(way.Scores[2 + i].Psnr, Is.EqualTo(-20 * Math.Log10(2 * levels / 255.0)).Within(0.2));
        }
    }

    /// <summary>A start that is hidden below a level comes back from what was computed, and from nothing that anybody can see.</summary>
    [Test]
    public void WhatIsHiddenIsLostInEightBits()
    {
        using var step = _device.Step();
        var trip = new RoundTrip(x => x * 0.0005f, y => y * 2000);
        trip.Add(Start(0));
        var scores = trip.Result(Direction.AToB).Scores;
        Assert.That(scores[0].L1, Is.LessThan(1e-6));
        Assert.That(scores.Skip(1).Select(s => s.L1), Is.All.GreaterThan(0.2));
    }

    private static double Rounded(double v) => (Math.Round((v + 1) * 127.5) / 127.5) - 1;

    private Tensor Start(uint number) => Tensor.Uniform(new RandomKey(1, 9, number, 0), s_shape, _device).Affine(2, -1);
}
