namespace IlgpuGan.ModelsTests.Models;

/// <summary>What families that make pictures are given: numbers of each picture, classes, and what can't be asked for.</summary>
public sealed class GenerationTests : OnCpu
{
    private static readonly Shape s_code = new(5);

    /// <summary>However many are made together.</summary>
    [Test]
    public void APicturesNumbersAreItsOwn()
    {
        var request = new GenerationRequest { Count = 8, Seed = 4 };
        foreach (var draw in new Func<GenerationDraw, Tensor>[] { d => d.Normal(0, s_code), d => d.Uniform(0, s_code) })
        {
            var together = draw(Draw(request, batch: 8, first: 0)).ToArray();
            Assert.That(draw(Draw(request, batch: 3, first: 2)).ToArray(), Is.EqualTo(together[10..25]));
            Assert.That(draw(Draw(request with { Seed = 5 }, batch: 8, first: 0)).ToArray(), Is.Not.EqualTo(together));
            Assert.That(together.Distinct().Count(), Is.EqualTo(together.Length));
        }

        Assert.That(Draw(request, 8, 0).Normal(1, s_code).ToArray(), Is.Not.EqualTo(Draw(request, 8, 0).Normal(0, s_code).ToArray()));
    }

    /// <summary>The ends are the first two pictures; in between numbers are as large as theirs, on average.</summary>
    [Test]
    public void AWayTurnsFromOneToTheOther()
    {
        const int numbers = 10_000;
        var request = new GenerationRequest { Count = 5, Seed = 4 };
        var ends = Draw(request, batch: 2, first: 0).Normal(0, new Shape(numbers)).ToArray();
        var way = Draw(request with { Interpolate = true }, batch: 5, first: 0).Normal(0, new Shape(numbers)).ToArray();
        Assert.That(way[..numbers], Is.EqualTo(ends[..numbers]));
        Assert.That(way[^numbers..].Zip(ends[numbers..], (a, b) => MathF.Abs(a - b)).Max(), Is.LessThan(1e-5f));
        var middle = way.AsSpan(2 * numbers, numbers).ToArray();
        Assert.That(middle.Average(v => v * v), Is.EqualTo(1).Within(0.05));
        Assert.That(middle[17], Is.EqualTo((ends[17] + ends[numbers + 17]) / MathF.Sqrt(2)).Within(1e-5f));
    }

    [Test]
    public void ClassesComeInTurnOrAsAsked()
    {
        var request = new GenerationRequest { Count = 4 };
        Assert.That(Draw(request, batch: 4, first: 2).Labels().ToArray(), Is.EqualTo(new[] { 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1 }));
        Assert.That(Draw(request with { Label = "dog" }, batch: 2, first: 0).Labels().ToArray(), Is.EqualTo(new[] { 0, 1, 0, 0, 1, 0 }));
    }

    [Test]
    public void AttributesMayBeSeveralOrNone()
    {
        var spec = Spec(batch: 1, exclude: false);
        Assert.That(Labels("owl,Cat"), Is.EqualTo(new[] { 1, 0, 1 }));
        Assert.That(Labels("none"), Is.EqualTo(new[] { 0, 0, 0 }));
        Assert.That(
            spec.Problems("pets", new GenerationRequest { Label = "cat,cow" }).Select(p => p.Message),
            Is.EqualTo(new[] { "--label can't be 'cat,cow'; it can be any of cat, dog, owl, separated by commas, or 'none'" }));

        float[] Labels(string label)
        {
            var request = new GenerationRequest { Label = label };
            Assert.That(spec.Problems("pets", request), Is.Empty);
            return new GenerationDraw(request, spec, 0, _device).Labels().ToArray();
        }
    }

    [Test]
    public void WhatAFamilyHasNotIsSaid()
    {
        var spec = Spec(1);
        Assert.That(Problem(new GenerationRequest { Label = "cow" }), Is.EqualTo("--label can't be 'cow'; it can be one of cat, dog, owl"));
        Assert.That(
            Problem(new GenerationRequest { Animate = true }),
            Is.EqualTo("--animate does not apply to pets, which generates pictures from noise and a label"));
        Assert.That(Problem(new GenerationRequest { FromScale = 1 }), Does.StartWith("--from-scale does not apply"));
        Assert.That(Problem(new GenerationRequest { Label = "cat", Interpolate = true }), Is.Null);

        string? Problem(GenerationRequest request) => spec.Problems("pets", request).FirstOrDefault()?.Message;
    }

    private GenerationDraw Draw(GenerationRequest request, int batch, int first) => new(request, Spec(batch), first, _device);

    private static GenerationSpec Spec(int batch, bool exclude = true) =>
        new() { From = "noise and a label", Uses = GenerationUses.Interpolate, Labels = new LabelSet(["cat", "dog", "owl"], exclude),
            BatchSize = batch };
}
