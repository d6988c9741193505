using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU.IR;

namespace ILGPU.Frontend;

/// <summary>What a translation needs to know of its target.</summary>
/// <param name="AcceleratorType">The value that <c>Accelerator.CurrentType</c> has there.</param>
/// <param name="WarpSize">Lanes of a warp, if fixed.</param>
/// <param name="CheckBounds">Emit bounds checks and assertions.</param>
/// <param name="KeepOutput">Emit what Interop.Write and WriteLine print.</param>
/// <param name="SoftwareMath">The target lacks transcendental functions: compile their C#.</param>
/// <param name="FastMath">Where the target has an approximation, take it.</param>
/// <param name="PtxArchitecture">The sm that inline PTX is for, or 0 where there is none.</param>
/// <param name="StaticFields">Whether static fields that are not read-only may be used.</param>
internal sealed record TranslationOptions(
    int AcceleratorType, int? WarpSize, bool CheckBounds, bool KeepOutput, int PtxArchitecture, bool SoftwareMath, bool FastMath,
    StaticFieldMode StaticFields);

/// <summary>State shared by all methods that are inlined into one kernel.</summary>
internal sealed partial class KernelTranslator(string name, TranslationOptions options)
{
    private const int DeepestInlining = 96;
    private readonly Stack<MethodBase> _inlined = new();

    public TranslationOptions Options { get; } = options;

    public IrBuilder Builder { get; } = new(new KernelFunction(name));

    public KernelFunction Function => Builder.Function;

    /// <summary>What the translation has read so far.</summary>
    public Provenance Provenance { get; } = new();

    public TypeLayout LayoutOf(Type type)
    {
        Provenance.Add(type);
        return TypeLayout.Of(type);
    }

    /// <summary>Translates a call's body in place and returns what it returns.</summary>
    public StackValue Inline(MethodBase method, StackValue[] arguments)
    {
        if (NotInsideKernelAttribute.IsDefined(method))
        {
            throw new KernelRefusedException($"'{Describe(method)}' is marked [NotInsideKernel]; only the host may call it");
        }

        if (_inlined.Contains(method))
        {
            throw new KernelRefusedException($"'{Describe(method)}' is recursive; kernels have no call stack, use a loop");
        }

        if (_inlined.Count >= DeepestInlining)
        {
            throw new KernelRefusedException($"calls nest deeper than {DeepestInlining} at '{Describe(method)}'");
        }

        var body = ILBody.Of(method)
            ?? throw new KernelRefusedException(
                $"'{Describe(method)}' has no C# body and is not known to the compiler; write what it does in C#, over structs and views");
        var caller = Builder.Location;
        Provenance.Add(method);
        _inlined.Push(method);
        try
        {
            return new MethodTranslator(this, body, caller).Translate(arguments);
        }
        finally
        {
            _inlined.Pop();
            Builder.Location = caller;
        }
    }

    public StackValue Load(TypeLayout layout, Value pointer)
    {
        var leaves = new Value[layout.Leaves.Length];
        for (var i = 0; i < leaves.Length; i++)
        {
            leaves[i] = Builder.Load(layout.Leaves[i].Memory, Builder.Address(pointer, layout.Leaves[i].Offset));
        }

        return new StackValue(leaves, layout);
    }

    public void Store(TypeLayout layout, Value pointer, StackValue value)
    {
        if (value.Leaves.Length != layout.Leaves.Length)
        {
            throw new KernelRefusedException(value.Payload is null
                ? $"a value of another shape is stored as '{layout.Type}'"
                : $"'{value.Payload}' is an object; kernels have none");
        }

        for (var i = 0; i < layout.Leaves.Length; i++)
        {
            var leaf = layout.Leaves[i];
            Builder.Store(leaf.Memory, Builder.Address(pointer, leaf.Offset), Coerce(leaf.Memory, value.Leaves[i]));
        }
    }

    /// <summary>
    /// A float widened or narrowed, or an integer sized, to what the memory type holds: IL leaves these conversions implicit.
    /// </summary>
    public Value Coerce(MemoryType memory, Value value)
    {
        var type = memory.Value();
        if (value.Type == type)
        {
            return value;
        }

        return (value.Type, type) switch
        {
            (IrType.Float32 or IrType.Float64, IrType.Float32 or IrType.Float64) => Builder.Convert(Conversion.FloatToFloat, type, value),
            (IrType.Int32, IrType.Int64) => Builder.Convert(Conversion.SignExtend32, type, value),
            (IrType.Int64, IrType.Int32) => Builder.Convert(Conversion.Truncate, type, value),
            _ =>
                throw new KernelRefusedException($"a value of type {value.Type.Text()} is used as {type.Text()}; pointer arithmetic of " +
                    "this kind is not supported in kernels"),
        };
    }

    /// <summary>A value passed on as the given type: small integers are cut to size.</summary>
    public StackValue As(TypeLayout layout, StackValue value)
    {
        if (value.Leaves.Length != layout.Leaves.Length)
        {
            return value;
        }

        var leaves = new Value[value.Leaves.Length];
        for (var i = 0; i < leaves.Length; i++)
        {
            leaves[i] = Builder.Normalize(layout.Leaves[i].Memory, Coerce(layout.Leaves[i].Memory, value.Leaves[i]));
        }

        return new StackValue(leaves, layout, value.Payload);
    }

    /// <summary>Thread memory holding the value, for code that wants its address.</summary>
    public Value Spill(TypeLayout layout, StackValue value)
    {
        var memory = Builder.LocalAlloca(layout.Size, layout.Alignment);
        Store(layout, memory, value);
        return memory;
    }

    public StackValue Zero(TypeLayout layout) => new([.. layout.Leaves.Select(leaf => Constant.Zero(leaf.Memory.Value()))], layout);

    /// <summary>The pointer and length of a view value or of the view that a pointer leads to.</summary>
    public (Value Pointer, Value Length) View(StackValue view, Type type)
    {
        var leaves = view.Leaves.Length == 1 ? Load(LayoutOf(type), view.Scalar).Leaves : view.Leaves;
        return (leaves[0], leaves[1]);
    }

    public static StackValue View(Type type, Value pointer, Value length) => new([pointer, length], TypeLayout.Of(type));

    /// <summary>A host value, as constants.</summary>
    public StackValue Constants(object? value, Type type)
    {
        var layout = LayoutOf(type);
        var leaves = new List<Value>();
        Append(leaves, value, type);
        return new StackValue([.. leaves], layout);
    }

    private void Append(List<Value> leaves, object? value, Type type)
    {
        if (KnownTypes.IsArrayView(type))
        {
            leaves.Add(Constant.Null);
            leaves.Add(Constant.Int64(0));
            return;
        }

        if (type.IsArray && type.GetArrayRank() == 1)
        {
            leaves.AddRange(ConstantArray((Array)value!, type.GetElementType()!).Leaves);
            return;
        }

        var layout = LayoutOf(type);
        if (layout.Leaves is [{ Path.Length: 0 } leaf])
        {
            leaves.Add(Scalar(leaf.Memory, type.IsEnum ? Convert.ChangeType(value!, type.GetEnumUnderlyingType()) : value!));
            return;
        }

        var fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        if (fields.Length == 1 && layout.Leaves.Length != LayoutOf(fields[0].FieldType).Leaves.Length)
        {
            throw new KernelRefusedException($"a constant of type '{type}' holds a buffer; pass it as an ArrayView<T>");
        }

        foreach (var field in fields.OrderBy(f => layout.Field(f).FirstLeaf))
        {
            Append(leaves, field.GetValue(value), field.FieldType);
        }
    }

    private static Constant Scalar(MemoryType memory, object value) => memory switch
    {
        MemoryType.Float32 => Constant.Float32((float)value),
        MemoryType.Float64 => Constant.Float64((double)value),
        MemoryType.Int64 => Constant.Int64(value is ulong u ? (long)u : value is nint n ? n : value is nuint w ? (long)w : (long)value),
        MemoryType.Pointer => throw new KernelRefusedException("a pointer constant has no meaning on a device"),
        _ => Constant.Int32(value switch
        {
            bool b => b ? 1 : 0,
            char c => c,
            byte b => b,
            sbyte s => s,
            short s => s,
            ushort u => u,
            uint u => (int)u,
            _ => (int)value,
        }),
    };

    public static string Describe(MethodBase method) => $"{method.DeclaringType?.Name}.{method.Name}";

    /// <summary>Static constructors run when C# first touches a type; make sure that they have before a field is read.</summary>
    public static object? ValueOf(FieldInfo field)
    {
        RuntimeHelpers.RunClassConstructor(field.DeclaringType!.TypeHandle);
        return field.GetValue(null);
    }

    /// <summary>The value of a static field, which becomes a constant of the kernel.</summary>
    public object? ReadStatic(FieldInfo field)
    {
        var value = ValueOf(field);
        Provenance.Add(field, value);
        return value;
    }
}
