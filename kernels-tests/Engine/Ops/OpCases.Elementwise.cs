using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Ops;

internal static partial class OpCases
{
    private static IEnumerable<OpCase> Unary()
    {
        foreach (var d in UnaryDefinition.All)
        {
            yield return Map(d.Name, d.Engine, x => d.Of(x, d.P, d.Q), d.Draw) with { HasGradient = !d.IsFlat };
        }

        yield return Map("map_bump", x => x.Map<Bump>(), x => 1 / (1 + (x * x)));
        yield return Map("power 3", x => x.Power(3), x => x * x * x);
        yield return Map("power -2", x => x.Power(-2), x => 1 / (x * x), Draw.Positive);
        yield return Map("3 - x", x => 3 - x, x => 3 - x);
        yield return Map("2 / x", x => 2 / x, x => 2 / x, Draw.Positive);
        yield return Map("(x + 1) * 2 - 3", x => ((x + 1) * 2) - 3, x => ((x + 1) * 2) - 3);
        yield return Map("-x / 4", x => -x / 4, x => -x / 4);
        yield return Map("elu -0.7", x => x.Elu(-0.7f), x => x > 0 ? x : -0.7f * (Math.Exp(x) - 1), Draw.Distinct);
        yield return Map("silu", x => x.Silu(), x => x / (1 + Math.Exp(-x)));
        yield return Map("log_sigmoid", x => x.LogSigmoid(), x => -Math.Log(1 + Math.Exp(-x)));
        yield return Map("leaky_relu -0.3", x => x.LeakyRelu(-0.3f), x => x > 0 ? x : -0.3f * x, Draw.Distinct);
        yield return Map("leaky_relu 0", x => x.LeakyRelu(0), x => x > 0 ? x : 0, Draw.Distinct);
        yield return Map("softplus 3", x => x.Softplus(3), x => Math.Log(1 + Math.Exp(3 * x)) / 3);
        yield return Map("is_nan", x => x.Log().IsNaN(), x => x < 0 ? 1 : 0, Draw.Distinct) with { HasGradient = false };
        yield return Map("softsign", x => x.Softsign(), x => x / (1 + Math.Abs(x)), Draw.Distinct);
        yield return new OpCase(
            "prelu", "one slope", [S(3, 7), S(1)], t => t[0].PRelu(t[1]), t => Naive.PRelu(t[0], t[1])) { Draw = Draw.Distinct };
        yield return new OpCase(
            "prelu", "of channels", [S(2, 3, 5), S(3)], t => t[0].PRelu(t[1]), t => Naive.PRelu(t[0], t[1])) { Draw = Draw.Distinct };
        foreach (var (name, engine, reference) in new (string, Func<Tensor, Tensor>, Func<double, bool>)[]
        {
            ("x > 0.4", x => x > 0.4f, x => x > 0.4f), ("x < 0.4", x => x < 0.4f, x => x < 0.4f),
            ("0.4 >= x", x => 0.4f >= x, x => x <= 0.4f),
            ("0.4 <= x", x => 0.4f <= x, x => x >= 0.4f), ("x = 0.025", x => x.EqualTo(0.025f), x => x == 0.025f),
            ("x ≠ 0.025", x => x.NotEqualTo(0.025f), x => x != 0.025f),
        })
        {
            yield return Map(name, engine, x => reference(x) ? 1 : 0, Draw.Distinct) with { HasGradient = false };
        }

        yield return Map(
            "same as 0.025", x => Op.Run(new BinaryOp(BinaryFunction.SameAs), x, Tensor.From([0.025f], S(), x.Device)),
            x => x == 0.025f ? 1 : 0, Draw.Distinct) with { HasGradient = false };
        yield return Map("masked_fill", x => x.MaskedFill(x > 0.2f, 3), x => x > 0.2f ? 3 : x, Draw.Distinct);
        var key = new RandomKey(0x1234_5678_9ABC_DEF0, RandomStream.Dropout, 3, 7);
        yield return new OpCase("dropout", "0.5", [S(3, 37)], t => t[0].Dropout(0.5f, key), t => Naive.Dropout(t[0], key, 0.5));
        yield return new OpCase("dropout", "0.25", [S(2, 3, 5, 5)], t => t[0].Dropout(0.25f, key), t => Naive.Dropout(t[0], key, 0.25));
    }

    private static OpCase Map(string name, Func<Tensor, Tensor> engine, Func<double, double> reference, Draw draw = Draw.Normal) =>
        new(name, "", [S(3, 1, 11)], t => engine(t[0]), t => t[0].Map(reference)) { Draw = draw };

    private static IEnumerable<OpCase> Binary()
    {
        foreach (var (a, b) in new[] { (S(2, 3, 5), S(2, 3, 5)), (S(2, 3, 5), S(5)), (S(1, 3, 1), S(2, 1, 5)), (S(), S(3, 4)) })
        {
            yield return Zip("add", a, b, (x, y) => x + y, (x, y) => x + y);
            yield return Zip("subtract", a, b, (x, y) => x - y, (x, y) => x - y);
            yield return Zip("multiply", a, b, (x, y) => x * y, (x, y) => x * y);
            yield return Zip("divide", a, b, (x, y) => x / y, (x, y) => x / y, Draw.Positive);
            yield return Zip("maximum", a, b, (x, y) => x.Maximum(y), Math.Max, Draw.Distinct);
            yield return Zip("minimum", a, b, (x, y) => x.Minimum(y), Math.Min, Draw.Distinct);
            yield return Zip("absolute_difference", a, b, (x, y) => x.AbsoluteDifference(y), (x, y) => Math.Abs(x - y), Draw.Distinct);
            yield return Zip("power", a, b, (x, y) => x.Power(y), Math.Pow, Draw.Positive);
            yield return Zip("mask", a, b, (x, y) => x.Mask(y > 0), (x, y) => y > 0 ? x : 0, Draw.Distinct);
            yield return Zip("mask", a, b, (x, y) => x.Mask(y), (x, y) => y != 0 ? x : 0, Draw.Distinct);
            yield return Zip("where", a, b, (x, y) => (x > y).Where(x * y, y), (x, y) => x > y ? x * y : y, Draw.Distinct);
            yield return Zip("greater_than", a, b, (x, y) => x > y, (x, y) => x > y ? 1 : 0) with { HasGradient = false };
            yield return Zip("less_than", a, b, (x, y) => x < y, (x, y) => x < y ? 1 : 0) with { HasGradient = false };
            yield return Zip(
                "greater_than_or_equal", a, b, (x, y) => x.Sign() >= y.Sign(),
                (x, y) => Math.Sign(x) >= Math.Sign(y) ? 1 : 0) with { HasGradient = false };
            yield return Zip(
                "less_than_or_equal", a, b, (x, y) => x.Sign() <= y.Sign(),
                (x, y) => Math.Sign(x) <= Math.Sign(y) ? 1 : 0) with { HasGradient = false };
            yield return Zip(
                "equal_to", a, b, (x, y) => x.Sign().EqualTo(y.Sign()),
                (x, y) => Math.Sign(x) == Math.Sign(y) ? 1 : 0) with { HasGradient = false };
            yield return Zip(
                "not_equal_to", a, b, (x, y) => x.Sign().NotEqualTo(y.Sign()),
                (x, y) => Math.Sign(x) != Math.Sign(y) ? 1 : 0) with { HasGradient = false };
            yield return Zip(
                "same_as", a, b, (x, y) => Op.Run(new BinaryOp(BinaryFunction.SameAs), x.Sign(), y.Sign()),
                (x, y) => Math.Sign(x) == Math.Sign(y) ? 1 : 0) with { HasGradient = false };
            yield return Zip("squared_difference", a, b, (x, y) => x.SquaredDifference(y), (x, y) => (x - y) * (x - y));
        }
    }

    private static OpCase Zip(
        string name, Shape a, Shape b, Func<Tensor, Tensor, Tensor> engine, Func<double, double, double> reference, Draw draw =
            Draw.Normal) =>
        new(name, "", [a, b], t => engine(t[0], t[1]), t => Array64.Zip(t[0], t[1], reference)) { Draw = draw };
}
