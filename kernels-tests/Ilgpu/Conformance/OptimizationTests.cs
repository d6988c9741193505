using ILGPU;
using ILGPU.Algorithms.Optimization;
using ILGPU.Algorithms.Optimization.Optimizers;
using ILGPU.Algorithms.Random;
using ILGPU.Algorithms.Vectors;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>
/// Searches for known minima: what is found has the value that is reported, lies between the bounds, and comes again with the seed.
/// </summary>
public sealed class OptimizationTests(string deviceName) : ConformanceFixture(deviceName)
{
    private readonly struct Distance(float target) : IOptimizationFunction<Float32x2, float, float>
    {
        public float Evaluate(LongIndex1D index, Index1D dimension, SingleVectorView<Float32x2> positionView)
        {
            float sum = 0;
            for (Index1D i = 0; i < dimension; i += 1)
            {
                Float32x2 difference = positionView[i] - new Float32x2(target, -target);
                sum += (difference.X * difference.X) + (difference.Y * difference.Y);
            }

            return sum;
        }

        public bool CurrentIsBetter(float current, float proposed) => current < proposed;
    }

    /// <summary>A parabola turned over, whose largest value is 12 at 3.</summary>
    private readonly struct Hill : IOptimizationFunction<Float64x2, double, double>
    {
        public double Evaluate(LongIndex1D index, Index1D dimension, SingleVectorView<Float64x2> positionView)
        {
            Float64x2 position = positionView[0];
            return 12 - ((position.X - 3) * (position.X - 3)) - ((position.Y - 3) * (position.Y - 3));
        }

        public bool CurrentIsBetter(double current, double proposed) => current > proposed;
    }

    private (float Result, float[] Position) FindDistance(int particles, int steps, float target = 1.5f)
    {
        using AcceleratorStream stream = Accelerator.CreateStream();
        using var engine = new PSO<Float32x2, float, float, XorShift64Star>(Accelerator, particles, dimension: 4);
        Assert.That(
            (
                engine.Dimension, engine.VectorDimension, engine.NumParameters, engine.MaxNumParticles.X, engine.NumParticles.X,
                engine.Accelerator),
            Is.EqualTo((4, 2, 3, (long)particles, (long)particles, Accelerator)));
        engine.LoadBounds(stream, [-4, -5, -6, -7], [4, 5, 6, 7]);
        engine.LoadParameters(stream, PSO.DefaultFloatParameters);
        Assert.That((engine.Omega, engine.PhiP, engine.PhiG), Is.EqualTo((0.8f, 1.5f, 1.5f)));
        engine.Omega = 0.6f;
        engine.PhiP = 1.4f;
        engine.PhiG = 1.6f;
        using IOptimizer<Float32x2, float, float> optimizer = engine.CreateOptimizer(stream, new System.Random(11), new Distance(target));
        var run = optimizer.BeginOptimization(stream, [0, 0, 0, 0], float.MaxValue);
        for (int i = 0; i < steps; i++)
        {
            run.Step();
        }

        Float32x2[,] found = run.LoadParticles();
        Assert.That((found.GetLength(0), found.GetLength(1), run.Iteration), Is.EqualTo((2, particles, steps)));
        Assert.That(run.Engine, Is.SameAs(engine));
        Assert.That(run.Optimizer, Is.SameAs(optimizer));
        Assert.That(run.Stream, Is.SameAs(stream));
        using PageLockedArray2D<Float32x2> copied = Accelerator.AllocatePageLocked2D<Float32x2>((2, particles));
        run.LoadParticles(copied);
        stream.Synchronize();
        Assert.That(copied.GetArray(), Is.EqualTo(found));
        for (int i = 0; i < particles; i++)
        {
            Assert.That(
                (Math.Abs(found[0, i].X) <= 4, Math.Abs(found[0, i].Y) <= 5, Math.Abs(found[1, i].X) <= 6, Math.Abs(found[1, i].Y) <= 7),
                Is.EqualTo((true, true, true, true)));
        }

        var result = run.FinishToCPUAsync();
        Assert.That(result.ElapsedTime, Is.InRange(0, run.ElapsedTime));
        return (result.Result, result.ResultVector.ToArray());
    }

    [TestCase(1, 0)]
    [TestCase(1, 3)]
    [TestCase(300, 40)]
    public void TheBestPositionHasTheBestResult(int particles, int steps)
    {
        (float result, float[] position) = FindDistance(particles, steps);
        double value = position.Select((p, i) => Math.Pow(p - (i % 2 == 0 ? 1.5 : -1.5), 2)).Sum();
        Assert.That(result, Is.EqualTo(value).Within(1e-4 * Math.Max(value, 1)));
        if (particles > 1)
        {
            Assert.That(result, Is.LessThan(1e-3));
            (float again, float[] same) = FindDistance(particles, steps);
            Assert.That((again, same), Is.EqualTo((result, position)), "the same seed");
        }
    }

    /// <summary>The distance from a target, but no number for positions below zero.</summary>
    private readonly struct HalfDefined : IOptimizationFunction<Float32x2, float, float>
    {
        public float Evaluate(LongIndex1D index, Index1D dimension, SingleVectorView<Float32x2> positionView) =>
            positionView[0].X < 0 ? float.NaN : Math.Abs(positionView[0].X - 1) + Math.Abs(positionView[0].Y - 1);

        public bool CurrentIsBetter(float current, float proposed) => current < proposed;
    }

    /// <summary>Results that are no numbers are worse than any, whichever particle has them.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(300)]
    public void ResultsThatAreNoNumbersHideNone(int particles)
    {
        using var engine = new PSO<Float32x2, float, float, XorShift64Star>(Accelerator, particles, dimension: 2);
        engine.LoadBounds(Accelerator.DefaultStream, [-3, 0], [2, 2]);
        engine.LoadParameters(Accelerator.DefaultStream, PSO.DefaultFloatParameters);
        for (int seed = 0; seed < 5; seed++)
        {
            using var optimizer = engine.CreateOptimizer(Accelerator.DefaultStream, new System.Random(seed), default(HalfDefined));
            var run = optimizer.BeginOptimization(Accelerator.DefaultStream, [0, 0], float.MaxValue);
            Float32x2[,] first = run.LoadParticles();
            float best = float.MaxValue;
            for (int i = 0; i < particles; i++)
            {
                Float32x2 position = first[0, i];
                best = position.X < 0 ? best : Math.Min(best, Math.Abs(position.X - 1) + Math.Abs(position.Y - 1));
            }

            Assert.That(run.FinishToCPUAsync().Result, Is.EqualTo(best));
        }
    }

    /// <summary>Each particle's own best is the least number that it has found, though its first result may have been none.</summary>
    [Test]
    public void AParticleForgetsAResultThatIsNoNumber()
    {
        const int particles = 300;
        using var engine = new PSO<Float32x2, float, float, XorShift64Star>(Accelerator, particles, dimension: 2);
        engine.LoadBounds(Accelerator.DefaultStream, [-3, 0], [2, 2]);
        engine.LoadParameters(Accelerator.DefaultStream, PSO.DefaultFloatParameters);
        using var optimizer = engine.CreateOptimizer(Accelerator.DefaultStream, new System.Random(7), default(HalfDefined));
        var run = optimizer.BeginOptimization(Accelerator.DefaultStream, [0, 0], float.MaxValue);
        float[] first = engine.Swarm.Results.GetAsArray();
        Assert.That(first.Count(float.IsNaN), Is.InRange(1, particles - 1), "some begin where there is no number");
        float[] least = [.. first];
        for (int step = 0; step < 6; step++)
        {
            run.Step();
            float[] results = engine.Swarm.Results.GetAsArray();
            for (int i = 0; i < particles; i++)
            {
                least[i] = float.IsNaN(least[i]) || results[i] < least[i] ? results[i] : least[i];
            }

            Assert.That(engine.Swarm.BestResults.GetAsArray(), Is.EqualTo(least), $"step {step}");
        }

        Assert.That(first.Where((result, i) => float.IsNaN(result) && !float.IsNaN(least[i])), Is.Not.Empty, "some have found one");
    }

    [Test]
    public void ADimensionBetweenTwoVectorsIsRefused() =>
        Assert.That(
            () => new PSO<Float64x2, double, double, XorShift32>(Accelerator, 65, 3),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("3 elements").And.Message.Contains("vectors of 2"));

    /// <summary>A known position that is better than what is found stays.</summary>
    [Test]
    public void WhatIsKnownIsKept()
    {
        using var engine = new PSO<Float64x2, double, double, XorShift128Plus>(Accelerator, 65, dimension: 2);
        AcceleratorStream stream = Accelerator.DefaultStream;
        using var lower = Accelerator.Allocate1D([-1.0, -1.0]);
        using var upper = Accelerator.Allocate1D([2.0, 2.5]);
        engine.LoadBounds(stream, lower.View.AsGeneral(), upper.View.AsGeneral());
        using var parameters = Accelerator.Allocate1D([0.5, 1.0, 2.0]);
        engine.LoadParameters(stream, parameters.AsContiguous());
        Assert.That((engine.Omega, engine.PhiP, engine.PhiG), Is.EqualTo((0.5, 1.0, 2.0)));
        using var optimizer = engine.CreateOptimizer(stream, new System.Random(3), new Hill());
        Assert.That(optimizer.Engine, Is.SameAs(engine));
        var known = optimizer.OptimizeToCPUAsync(stream, [3, 3], 12, 10);
        Assert.That((known.Result, known.ResultVector.ToArray()), Is.EqualTo((12.0, new double[] { 3, 3 })));

        var view = optimizer.Optimize(stream, [0, 0], -100, 60, TimeSpan.FromMinutes(5));
        Assert.That(view.ResultView.BaseView.GetAsArray()[0], Is.EqualTo(12 - 1 - 0.25).Within(1e-6), "the corner of the bounds");
        Assert.That(view.PositionView.GetAsArray(), Is.EqualTo(new[] { 2, 2.5 }).Within(1e-6));
        Assert.That(view.ElapsedTime, Is.GreaterThan(0));
        Assert.That(optimizer.Optimize(stream, [0, 0], -100, 1000, TimeSpan.Zero).ElapsedTime, Is.GreaterThan(0));
        var run = new OptimizerRun<Float64x2, double, double>(stream, optimizer, 1.5);
        run.Step();
        Assert.That(run.Finish().ElapsedTime, Is.GreaterThan(1.5));
        Assert.That(() => engine.LoadParameters(stream, [1.0]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => engine.LoadBounds(stream, [1.0], [1.0, 2.0]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => optimizer.Optimize(stream, [0], -100, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void BoundsAreReadByKernels()
    {
        using var lower = Accelerator.Allocate1D(new Float32x2[] { new(1, 2), new(3, 4) });
        using var upper = Accelerator.Allocate1D(new Float32x2[] { new(5, 6), new(7, 8) });
        using var target = Accelerator.Allocate1D<Float32x2>(4);
        using var engine = new PSO<Float32x2, float, float, XorShift32>(Accelerator, 1, dimension: 4);
        engine.LoadBounds(Accelerator.DefaultStream, [1, 2, 3, 4], [5, 6, 7, 8]);
        var kernel = Accelerator.LoadAutoGroupedStreamKernel<Index1D, BoundsView<Float32x2>, ArrayView<Float32x2>>(Kernel);
        foreach (BoundsView<Float32x2> bounds
            in new[] { engine.BoundsView, new BoundsView<Float32x2>(lower.View.AsGeneral(), upper.View.AsGeneral()) })
        {
            target.MemSetToZero();
            kernel(2, bounds, target.AsContiguous());
            Assert.That(target.GetAsArray1D(), Is.EqualTo(new Float32x2[] { new(6, 8), new(6, 8), new(10, 12), new(10, 12) }));
        }

        static void Kernel(Index1D index, BoundsView<Float32x2> bounds, ArrayView<Float32x2> target)
        {
            (Float32x2 low, Float32x2 high) = bounds[index];
            target[2 * index.X] = low + high;
            target[(2 * index.X) + 1] = bounds.GetLowerBound(index) + bounds.GetUpperBound(index);
        }
    }
}
