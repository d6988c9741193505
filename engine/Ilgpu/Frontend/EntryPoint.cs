using System.Collections.Immutable;
using System.Reflection;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.IR;
using ILGPU.IR.Ranges;

namespace ILGPU.Frontend;

/// <summary>A translated kernel: its IR, where each argument of it comes from, and what was read to make it.</summary>
internal sealed record TranslatedKernel(
    KernelFunction Function, Dictionary<KernelArgument, KernelParameter> Origins, int IndexDimensions, Provenance Provenance);

/// <summary>
/// Builds the kernel's frame around the user's method: scalar parameters, the computed index, and the guard on the launch extent.
/// </summary>
internal sealed class EntryPoint
{
    private const int WidestVector = 16;

    private readonly KernelRequest _request;
    private readonly KernelTranslator _kernel;
    private readonly Dictionary<KernelArgument, KernelParameter> _origins = [];

    private EntryPoint(KernelRequest request, TranslationOptions options)
    {
        _request = request;
        _kernel = new KernelTranslator(NativeName(request.Method), options);
    }

    /// <exception cref="NotSupportedException">The method can't be a kernel, for the reason given.</exception>
    public static TranslatedKernel Translate(KernelRequest request, TranslationOptions options)
    {
        var method = request.Method;
        if (!method.IsStatic && !IsClosureOfNothing(method.DeclaringType!))
        {
            throw new NotSupportedException(
                $"'{KernelTranslator.Describe(method)}' can't be a kernel: only static methods and non-capturing lambdas can");
        }

        if (method.ContainsGenericParameters)
        {
            throw new NotSupportedException($"'{KernelTranslator.Describe(method)}' has open type parameters");
        }

        if (method.ReturnType != typeof(void))
        {
            throw new NotSupportedException(
                $"'{KernelTranslator.Describe(method)}' returns a value; kernels return void and write to views");
        }

        return new EntryPoint(request, options).Build();
    }

    // The compiler puts non-capturing lambdas into a class without instance fields.
    private static bool IsClosureOfNothing(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length == 0;

    private TranslatedKernel Build()
    {
        var parameters = _request.Method.GetParameters();
        var dimensions = 0;
        var values = new List<StackValue>();
        if (!_request.Method.IsStatic)
        {
            values.Add(new StackValue([], null, _request.Method.DeclaringType));
        }

        for (var i = 0; i < parameters.Length; i++)
        {
            var type = parameters[i].ParameterType;
            if (i == 0 && _request.ImplicitlyGrouped)
            {
                dimensions = KnownTypes.IndexDimensions(type);
                if (dimensions == 0)
                {
                    throw new NotSupportedException(
                        $"the index type '{type.Name}' is not supported by implicitly grouped kernels; use Index1D, Index2D or Index3D");
                }

                values.Add(ComputeIndex(type, dimensions));
            }
            else
            {
                values.Add(Parameter(parameters[i], i, type));
            }
        }

        _kernel.Inline(_request.Method, [.. values]);
        _kernel.Builder.Terminate(Terminator.Return());
        _kernel.Builder.PlaceAllocations();
        IR.Passes.ControlFlowSimplification.Prune(_kernel.Function);
        return new TranslatedKernel(_kernel.Function, _origins, dimensions, _kernel.Provenance);
    }

    private StackValue Parameter(ParameterInfo parameter, int number, Type type)
    {
        if (type.IsByRef || type.IsPointer)
        {
            throw new NotSupportedException($"parameter '{parameter.Name}' is passed by reference; kernels take values and views");
        }

        if (KnownTypes.IsSpecializedValue(type))
        {
            return _request.Specialized.TryGetValue(number, out var value)
                ? _kernel.Constants(value, type.GetGenericArguments()[0]) with { Layout = _kernel.LayoutOf(type) }
                : throw new NotSupportedException($"parameter '{parameter.Name}' is specialised but no value was given");
        }

        TypeLayout layout;
        try
        {
            layout = _kernel.LayoutOf(type);
        }
        catch (KernelRefusedException refusal)
        {
            throw Unsupported(parameter, refusal.Message);
        }

        if (FirstNotBlittable(type) is { } culprit)
        {
            throw Unsupported(parameter, $"'{culprit.Name}' is not blittable; use byte or ushort");
        }

        var name = parameter.Name ?? $"p{number}";
        return new StackValue([.. Leaves(layout).Select(leaf => Argument(name, number, leaf))], layout);
    }

    private static ArgumentException Unsupported(ParameterInfo parameter, string reason) =>
        new(
            $"parameter '{parameter.Name}' has a not supported kernel-parameter type '{parameter.ParameterType}'",
            new NotSupportedException(reason));

    private static Type? FirstNotBlittable(Type type)
    {
        if (type == typeof(bool) || type == typeof(char))
        {
            return type;
        }

        if (KnownTypes.IsArrayView(type))
        {
            return FirstNotBlittable(type.GetGenericArguments()[0]);
        }

        if (type.IsPrimitive || type.IsEnum || type.IsPointer)
        {
            return null;
        }

        return type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(field => FirstNotBlittable(field.FieldType))
            .FirstOrDefault(found => found is not null);
    }

    private sealed record ParameterLeaf(Leaf Leaf, KernelParameterKind Kind, int Alignment);

    // A view's own two leaves have no fields behind them: the first is its pointer, the second its length.
    private IEnumerable<ParameterLeaf> Leaves(TypeLayout layout)
    {
        var afterPointer = false;
        foreach (var leaf in layout.Leaves)
        {
            var owner = leaf.Path.Length > 0 ? leaf.Path[^1].FieldType : layout.Type;
            if (!KnownTypes.IsArrayView(owner))
            {
                yield return new ParameterLeaf(leaf, KernelParameterKind.Scalar, 1);
                continue;
            }

            var alignment = _kernel.LayoutOf(owner.GetGenericArguments()[0]).ElementAlignment;
            yield return new ParameterLeaf(
                leaf, afterPointer ? KernelParameterKind.ViewLength : KernelParameterKind.ViewPointer, alignment);
            afterPointer = !afterPointer;
        }
    }

    private KernelArgument Argument(string name, int number, ParameterLeaf parameter)
    {
        var (leaf, kind, alignment) = parameter;
        var suffix = kind switch
        {
            KernelParameterKind.ViewPointer => "_ptr",
            KernelParameterKind.ViewLength => "_length",
            _ => leaf.Element > 0 ? "_" + leaf.Element : "",
        };
        var path = string.Concat(leaf.Path.Select(field => "_" + Plain(field.Name)));
        return Argument(
            name + path + suffix, kind, number, leaf.Path, leaf.Memory, leaf.Element,
            kind == KernelParameterKind.ViewPointer ? alignment : 1);
    }

    private KernelArgument Argument(
        string name, KernelParameterKind kind, int number, ImmutableArray<FieldInfo> path, MemoryType memory, int component, int alignment)
    {
        var unique = Sanitize(name);
        while (_kernel.Function.Arguments.Exists(a => a.Name == unique))
        {
            unique += "_";
        }

        var promised = kind == KernelParameterKind.ViewPointer && _request.AssumeAligned ? WidestVector : alignment;
        var argument = new KernelArgument(memory.Value(), unique) { Alignment = promised, Range = RangeOf(kind, memory) };
        _kernel.Function.Arguments.Add(argument);
        _origins.Add(argument, new KernelParameter(kind, number, path, memory, component, 0, false, alignment));
        return argument;
    }

    private static Interval RangeOf(KernelParameterKind kind, MemoryType memory) => kind switch
    {
        KernelParameterKind.Extent => new Interval(0, int.MaxValue),
        _ => Interval.All(memory),
    };

    // index = group * groupSize + thread in each dimension; threads beyond the extent have nothing to do. The last group of the largest
    // extents reaches beyond the numbers: without sign, its indices are beyond the extent too.
    private StackValue ComputeIndex(Type type, int dimensions)
    {
        var ir = _kernel.Builder;
        var leaves = new Value[dimensions];
        Value inside = Constant.Bool(true);
        for (var d = 0; d < dimensions; d++)
        {
            var extent = Argument("extent_" + "xyz"[d], KernelParameterKind.Extent, 0, [], MemoryType.Int32, d, 1);
            var first = ir.Mul(ir.Emit(Opcode.GroupIndex, IrType.Int32, d), ir.Emit(Opcode.GroupSize, IrType.Int32, d));
            leaves[d] = ir.Add(first, ir.Emit(Opcode.ThreadIndex, IrType.Int32, d));
            inside = ir.Emit(Opcode.And, IrType.Bool, inside, ir.Compare(Condition.LtUn, leaves[d], extent));
        }

        var (body, done) = (ir.NewBlock(), ir.NewBlock());
        ir.Terminate(new Terminator(TerminatorKind.Conditional, inside, new Edge(body, []), new Edge(done, [])));
        ir.Current = body;
        return new StackValue(leaves, _kernel.LayoutOf(type));
    }

    // The name that an attribute gives, else the method's: <Main>g__Kernel|0_1 and the like become identifiers.
    private static string NativeName(MethodInfo method) =>
        "Kernel_" + Sanitize(method.GetCustomAttribute<KernelNameAttribute>()?.KernelName ?? method.Name);

    private static string Sanitize(string name)
    {
        var text = string.Concat(Plain(name).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return text.Length == 0 || char.IsAsciiDigit(text[0]) ? "_" + text : text;
    }

    // The field behind an automatic property carries the property's name in angle brackets.
    private static string Plain(string name) =>
        name.StartsWith('<') && name.IndexOf('>') is > 1 and var end && name.EndsWith("k__BackingField", StringComparison.Ordinal)
            ? name[1..end]
            : name;
}
