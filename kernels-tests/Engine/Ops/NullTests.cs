using System.Reflection;
using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Ops;

/// <summary>A null input is an error that says which.</summary>
internal sealed class NullTests
{
    private static readonly Type[] s_classes = [typeof(TensorOps), typeof(TensorOperators)];

    private static IEnumerable<TestCaseData> Inputs() =>
        from declared in s_classes.SelectMany(c => c.GetMethods(BindingFlags.Public | BindingFlags.Static))
        let method = declared.IsGenericMethodDefinition ? declared.MakeGenericMethod(typeof(Bump)) : declared
        let parameters = method.GetParameters()
        where parameters.All(p => !p.ParameterType.IsByRefLike || p.ParameterType == typeof(ReadOnlySpan<int>)
            || p.ParameterType == typeof(ReadOnlySpan<float>))
        from parameter in parameters
        where parameter.ParameterType == typeof(Tensor)
            && new NullabilityInfoContext().Create(parameter).WriteState != NullabilityState.Nullable
        select new TestCaseData(method, parameter.Position)
            .SetArgDisplayNames($"{method.Name}({string.Join(", ", parameters.Select(p => p.ParameterType.Name))})", parameter.Name!);

    [TestCaseSource(nameof(Inputs))]
    public void TheErrorSaysWhich(MethodInfo method, int position)
    {
        using var step = TestDevices.Open("cpu").Step();
        var x = Tensor.Ones([1, 4, 4, 4], TestDevices.Open("cpu"));
        var parameters = method.GetParameters();
        var call = Expression(method, [.. parameters.Select((p, i) => i == position ? null : Argument(p, x))]);
        var exception = Assert.Catch(() => call());
        Assert.That(exception, Is.InstanceOf<ArgumentNullException>(), $"{exception}");
    }

    private static object? Argument(ParameterInfo parameter, Tensor x) => parameter.ParameterType switch
    {
        var t when t == typeof(Tensor) => x,
        var t when t == typeof(int) => 1,
        var t when t == typeof(float) => 0.5f,
        var t when t == typeof(double) => 1.0,
        var t when t == typeof(Shape) => x.Shape,
        var t when t == typeof(StepNumber) => new StepNumber(x.Device, 1),
        var t when t == typeof(PoolWindow) => new PoolWindow(2),
        var t when t == typeof(Range) => 0..1,
        var t when parameter.HasDefaultValue && parameter.DefaultValue is not null => parameter.DefaultValue,
        var t when t == typeof(ReadOnlySpan<int>) => typeof(int[]),
        var t when t == typeof(ReadOnlySpan<float>) => typeof(float[]),
        var t => t.IsValueType ? Activator.CreateInstance(t) : null,
    };

    /// <summary>Reflection does not pass spans; a compiled expression makes them of arrays.</summary>
    private static Action Expression(MethodInfo method, object?[] arguments)
    {
        var parameters = method.GetParameters();
        var expressions = arguments.Select((argument, i) => argument switch
        {
            Type t when t == typeof(int[]) => Span(new[] { 0 }, parameters[i].ParameterType),
            Type t when t == typeof(float[]) => Span(new[] { 1f, 2, 1 }, parameters[i].ParameterType),
            _ => (System.Linq.Expressions.Expression)System.Linq.Expressions.Expression.Constant(argument, parameters[i].ParameterType),
        });
        return System.Linq.Expressions.Expression.Lambda<Action>(System.Linq.Expressions.Expression.Call(method, expressions)).Compile();

        static System.Linq.Expressions.Expression Span(Array values, Type span) =>
            System.Linq.Expressions.Expression.Convert(System.Linq.Expressions.Expression.Constant(values), span);
    }
}
