using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>
/// System.Numerics' vectors: each member's components come into a row of numbers, which .NET computes too.
/// </summary>
public sealed class NumericsTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static readonly float[] s_numbers =
        [1.5f, -2, 3.25f, 0.5f, 4, -0.75f, 2, 8, -1, 0.125f, 7, -3, 0.25f, 6, -5, 1, 9, 2.5f, -4, 3, 0.6f, -0.8f, 10, 11];

    [Test]
    public void Vector2Members() => CheckNumbers(Two);

    [Test]
    public void Vector3Members() => CheckNumbers(Three);

    [Test]
    public void Vector4Members() => CheckNumbers(Four);

    [Test]
    public void Transforms() => CheckNumbers(Transformed);

    [Test]
    public void BuffersOfVectors()
    {
        Vector3[] input = [.. Enumerable.Range(0, 100).Select(i => new Vector3(i, i * 0.5f, 1 - i))];
        Check<Vector3, Vector3>((i, a, b) => b[i] = (a[i] + Vector3.One) * 2 - new Vector3(a[i].Y), input);
        Check<Vector3, float>((i, a, b) => b[i] = a[i].X + a[i].Z, input);
        Check<Vector4, Vector4>((i, a, b) => b[i] = -a[i] / 4, [.. input.Select(v => new Vector4(v, 2))]);
        Check<Vector2, Vector2>((i, a, b) => b[i] = new Vector2(a[i].Y, a[i].X), [.. input.Select(v => new Vector2(v.X, v.Z))]);
    }

    private struct Particle
    {
        public Vector3 Position;

        public Vector3 Velocity;
    }

    [Test]
    public void StructsOfVectors()
    {
        Particle[] input = [.. Enumerable.Range(0, 37).Select(i => new Particle { Position = new(i, 1, 2), Velocity = new(1, i, 4) })];
        Check<Particle, Particle>(Move, input);

        static void Move(Index1D i, ArrayView<Particle> from, ArrayView<Particle> to)
        {
            var particle = from[i];
            particle.Position += particle.Velocity * 0.25f;
            particle.Velocity.Y -= 2;
            to[i] = particle;
        }
    }

    private static void Two(ArrayView<float> from, ArrayView<float> to)
    {
        var a = new Vector2(from[0], from[1]);
        var b = new Vector2(from[2], from[3]);
        var n = 0;
        Put(to, ref n, a + b);
        Put(to, ref n, a - b);
        Put(to, ref n, a * b);
        Put(to, ref n, a / b);
        Put(to, ref n, a * 3);
        Put(to, ref n, 3 * a);
        Put(to, ref n, a / 3);
        Put(to, ref n, -a);
        Put(to, ref n, Vector2.Add(a, Vector2.Subtract(b, Vector2.Multiply(a, Vector2.Divide(b, Vector2.Negate(a))))));
        Put(to, ref n, Vector2.Abs(a) + Vector2.SquareRoot(b) + Vector2.Sin(a) + Vector2.Cos(b));
        Put(to, ref n, Vector2.Exp(a) + Vector2.Log(b) + Vector2.Log2(b));
        Put(to, ref n, Vector2.Min(a, b) + Vector2.Max(a, b) + Vector2.Clamp(a, Vector2.Zero, Vector2.One));
        Put(to, ref n, Vector2.Lerp(a, b, 0.25f));
        Put(to, ref n, Vector2.Normalize(a));
        Put(to, ref n, Vector2.Reflect(a, b));
        Put(to, ref n, Vector2.Round(a) + Vector2.Truncate(b) + Vector2.UnitX + Vector2.UnitY);
        Put(to, ref n, Vector2.DegreesToRadians(a) + Vector2.RadiansToDegrees(b));
        Put(to, ref n, Vector2.FusedMultiplyAdd(a, b, a) + Vector2.CopySign(a, b));
        Put(to, ref n, new Vector2(Vector2.Dot(a, b), a.Length()));
        Put(to, ref n, new Vector2(a.LengthSquared(), Vector2.Distance(a, b)));
        Put(to, ref n, new Vector2(Vector2.DistanceSquared(a, b), Vector2.Sum(a)));
        Put(to, ref n, new Vector2(Vector2.Cross(a, b), a[1]));
        Put(to, ref n, new Vector2(a == b ? 1 : 2, a != b ? 3 : 4));
        Put(to, ref n, new Vector2(a.Equals(a) ? 1 : 2, Vector2.LessThanAny(a, b) ? 3 : 4));
        Put(to, ref n, new Vector2(5));
    }

    private static void Three(ArrayView<float> from, ArrayView<float> to)
    {
        var a = new Vector3(from[0], from[1], from[2]);
        var b = new Vector3(from[3], from[4], from[5]);
        var n = 0;
        Put(to, ref n, a + b);
        Put(to, ref n, a - b);
        Put(to, ref n, a * b);
        Put(to, ref n, a / b);
        Put(to, ref n, 2 * a * 3);
        Put(to, ref n, a / 3);
        Put(to, ref n, -a);
        Put(to, ref n, Vector3.Cross(a, b));
        Put(to, ref n, Vector3.Normalize(a));
        Put(to, ref n, Vector3.Reflect(a, b));
        Put(to, ref n, Vector3.Lerp(a, b, 0.75f));
        Put(to, ref n, Vector3.Abs(a) + Vector3.Min(a, b) + Vector3.Max(a, b) + Vector3.SquareRoot(Vector3.Abs(b)));
        Put(to, ref n, Vector3.Clamp(a, -Vector3.One, Vector3.One) + Vector3.UnitZ + new Vector3(new Vector2(1, 2), 3));
        Put(to, ref n, new Vector3(Vector3.Dot(a, b), a.Length(), a.LengthSquared()));
        Put(to, ref n, new Vector3(Vector3.Distance(a, b), Vector3.DistanceSquared(a, b), Vector3.Sum(a)));
        Put(to, ref n, new Vector3(a == b ? 1 : 2, a != b ? 3 : 4, a.Equals(b) ? 5 : 6));
        a.X = 7;
        a[1] = 8;
        var at = (int)from[6];
        a[at] += 9;
        Put(to, ref n, a);
        Put(to, ref n, new Vector3(a[at], b[2], Vector3.Create(from[7]).Z));
    }

    private static void Four(ArrayView<float> from, ArrayView<float> to)
    {
        var a = new Vector4(from[0], from[1], from[2], from[3]);
        var b = new Vector4(new Vector3(from[4], from[5], from[6]), from[7]);
        var n = 0;
        Put(to, ref n, a + b);
        Put(to, ref n, a - b);
        Put(to, ref n, a * b);
        Put(to, ref n, a / b);
        Put(to, ref n, 2 * a * 3 / 4);
        Put(to, ref n, -a);
        Put(to, ref n, Vector4.Normalize(a));
        Put(to, ref n, Vector4.Lerp(a, b, 0.75f));
        Put(to, ref n, Vector4.Min(a, b) + Vector4.Max(a, b) + Vector4.Abs(b) + Vector4.UnitW);
        Put(to, ref n, new Vector4(Vector4.Dot(a, b), a.Length(), a.LengthSquared(), Vector4.Distance(a, b)));
        Put(to, ref n, new Vector4(new Vector2(1, 2), 3, a == b ? 4 : 5));
        Put(to, ref n, new Vector4(Vector4.Sum(a), a[3], Vector4.EqualsAll(a, a) ? 1 : 2, Vector4.GreaterThanAll(a, b) ? 1 : 2));
    }

    private static void Transformed(ArrayView<float> from, ArrayView<float> to)
    {
        var m = default(Matrix4x4);
        m.M11 = from[0];
        m.M12 = from[1];
        m.M13 = from[2];
        m.M14 = from[3];
        m.M21 = from[4];
        m.M22 = from[5];
        m.M23 = from[6];
        m.M24 = from[7];
        m.M31 = from[8];
        m.M32 = from[9];
        m.M33 = from[10];
        m.M34 = from[11];
        m.M41 = from[12];
        m.M42 = from[13];
        m.M43 = from[14];
        m.M44 = from[15];
        var affine = default(Matrix3x2);
        affine.M11 = from[3];
        affine.M12 = from[2];
        affine.M21 = from[1];
        affine.M22 = from[7];
        affine.M31 = from[5];
        affine.M32 = from[6];
        var q = default(Quaternion);
        q.X = 0.5f;
        q.Y = -0.5f;
        q.Z = from[20] * 0.5f;
        q.W = from[21] * 0.5f;
        var v = new Vector4(from[16], from[17], from[18], from[19]);
        var v3 = new Vector3(v.X, v.Y, v.Z);
        var v2 = new Vector2(v.X, v.Y);
        var n = 0;
        Put(to, ref n, Vector4.Transform(v, m));
        Put(to, ref n, Vector4.Transform(v3, m));
        Put(to, ref n, Vector4.Transform(v2, m));
        Put(to, ref n, Vector4.Transform(v, q));
        Put(to, ref n, Vector4.Transform(v3, q));
        Put(to, ref n, Vector4.Transform(v2, q));
        Put(to, ref n, Vector3.Transform(v3, m));
        Put(to, ref n, Vector3.TransformNormal(v3, m));
        Put(to, ref n, Vector3.Transform(v3, q));
        Put(to, ref n, Vector2.Transform(v2, m));
        Put(to, ref n, Vector2.Transform(v2, affine));
        Put(to, ref n, Vector2.TransformNormal(v2, m));
        Put(to, ref n, Vector2.TransformNormal(v2, affine));
        Put(to, ref n, Vector2.Transform(v2, q));
    }

    private static void Put(ArrayView<float> to, ref int n, Vector2 v)
    {
        to[n++] = v.X;
        to[n++] = v.Y;
    }

    private static void Put(ArrayView<float> to, ref int n, Vector3 v)
    {
        Put(to, ref n, new Vector2(v.X, v.Y));
        to[n++] = v.Z;
    }

    private static void Put(ArrayView<float> to, ref int n, Vector4 v)
    {
        Put(to, ref n, new Vector3(v.X, v.Y, v.Z));
        to[n++] = v.W;
    }

    private void CheckNumbers(Action<ArrayView<float>, ArrayView<float>> kernel)
    {
        var expected = new float[80];
        kernel(s_numbers.AsArrayView(), expected.AsArrayView());
        using var from = Accelerator.Allocate1D(s_numbers);
        using var to = Accelerator.Allocate1D(new float[expected.Length]);
        Accelerator.LoadStreamKernel(kernel)((1, 1), from.AsContiguous(), to.AsContiguous());
        float[] actual = to.GetAsArray1D();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.That(actual[i], Is.EqualTo(expected[i]).Within(2e-6f * Math.Max(Math.Abs(expected[i]), 4)), $"number {i}");
        }
        Assert.That(expected.Count(number => number != 0), Is.GreaterThan(30));
    }
}
