using System.Reflection;
using ILGPU.IR;

namespace ILGPU.Frontend;

// Arguments, locals, fields, arrays and indirect access.
internal sealed partial class MethodTranslator
{
    private Type[]? TypeArguments => _method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;

    private Type[]? MethodArguments => _method is MethodInfo { IsGenericMethod: true } ? _method.GetGenericArguments() : null;

    private Type ResolveType(in ILInstruction instruction) =>
        _method.Module.ResolveType((int)instruction.Operand!, TypeArguments, MethodArguments);

    private FieldInfo ResolveField(in ILInstruction instruction) =>
        _method.Module.ResolveField((int)instruction.Operand!, TypeArguments, MethodArguments)!;

    private bool TranslateVariable(string name, in ILInstruction instruction)
    {
        // ldarg.0, ldarg.s and ldarg carry their index in the name or in the operand.
        var stem = name.Split('.')[0];
        if (stem is not ("ldarg" or "ldarga" or "starg" or "ldloc" or "ldloca" or "stloc"))
        {
            return false;
        }

        var index = instruction.Operand is int number ? number : name[^1] - '0';
        switch (stem)
        {
            case "ldarg":
                _stack.Push(_il.WrittenArguments.Contains(index) && _parameterLayouts[index] is { } layout
                    ? _kernel.Load(layout, _arguments[index].Scalar)
                    : _arguments[index]);
                return true;
            case "ldarga":
                Push(_arguments[index].Scalar);
                return true;
            case "starg":
                _kernel.Store(_parameterLayouts[index], _arguments[index].Scalar, _stack.Pop());
                return true;
            case "ldloc":
                var (pointer, type) = Local(index);
                _stack.Push(_kernel.Load(type, pointer));
                return true;
            case "ldloca":
                Push(Local(index).Pointer);
                return true;
            default:
                var (target, stored) = Local(index);
                _kernel.Store(stored, target, _stack.Pop());
                return true;
        }
    }

    private bool TranslateMemory(string name, in ILInstruction instruction)
    {
        switch (name)
        {
            case "ldobj":
                _stack.Push(_kernel.Load(_kernel.LayoutOf(ResolveType(instruction)), PopScalar()));
                return true;
            case "stobj":
                var stored = _stack.Pop();
                _kernel.Store(_kernel.LayoutOf(ResolveType(instruction)), PopScalar(), stored);
                return true;
            case "cpobj":
                var copied = _kernel.LayoutOf(ResolveType(instruction));
                var source = PopScalar();
                _kernel.Store(copied, PopScalar(), _kernel.Load(copied, source));
                return true;
            case "initobj":
                var cleared = _kernel.LayoutOf(ResolveType(instruction));
                _kernel.Store(cleared, PopScalar(), _kernel.Zero(cleared));
                return true;
            case "ldfld":
                LoadField(ResolveField(instruction));
                return true;
            case "ldflda":
                var addressed = ResolveField(instruction);
                var pointer = FieldOwner(addressed).Scalar;
                Push(_ir.Address(pointer, _kernel.LayoutOf(addressed.DeclaringType!).Field(addressed).Offset));
                return true;
            case "stfld":
                var value = _stack.Pop();
                var assigned = ResolveField(instruction);
                var (_, offset, layout) = _kernel.LayoutOf(assigned.DeclaringType!).Field(assigned);
                _kernel.Store(layout, _ir.Address(FieldOwner(assigned).Scalar, offset), value);
                return true;
            case "ldsfld":
                _stack.Push(StaticField(ResolveField(instruction)));
                return true;
            case "ldsflda":
                var constant = StaticField(ResolveField(instruction));
                Push(_kernel.Spill(
                    constant.Layout
                    ?? throw new KernelRefusedException(
                        "a static object is used in a kernel; use a readonly struct or array, or pass it as an argument"),
                    constant));
                return true;
            case "stsfld" when _kernel.Options.StaticFields >= StaticFieldMode.IgnoreStaticFieldStores:
                _stack.Pop();
                return true;
            case "stsfld":
                throw new KernelRefusedException(
                    $"static field '{ResolveField(instruction).Name}' is written; write to an ArrayView<T> instead");
            case "sizeof":
                Push(Constant.Int32(_kernel.LayoutOf(ResolveType(instruction)).Size));
                return true;
            case "localloc":
                throw new KernelRefusedException(
                    "stackalloc is not supported in kernels; use LocalMemory.Allocate<T>(n) or new T[n] with a constant n");
        }

        return TranslateIndirect(name) || TranslateArray(name, instruction);
    }

    private bool TranslateIndirect(string name)
    {
        if (name.StartsWith("ldind.", StringComparison.Ordinal))
        {
            if (name == "ldind.ref")
            {
                throw new KernelRefusedException("object references are not supported in kernels; use structs and ArrayView<T>");
            }

            Push(_ir.Load(Element(name["ldind.".Length..]), PopScalar()));
            return true;
        }

        if (!name.StartsWith("stind.", StringComparison.Ordinal))
        {
            return false;
        }

        if (name == "stind.ref")
        {
            throw new KernelRefusedException("object references are not supported in kernels; use structs and ArrayView<T>");
        }

        var memory = Element(name["stind.".Length..]);
        var value = _kernel.Coerce(memory, PopScalar());
        _ir.Store(memory, PopScalar(), value);
        return true;
    }

    private static MemoryType Element(string suffix) => suffix switch
    {
        "i1" => MemoryType.Int8,
        "u1" => MemoryType.UInt8,
        "i2" => MemoryType.Int16,
        "u2" => MemoryType.UInt16,
        "i4" or "u4" => MemoryType.Int32,
        "i8" or "i" or "u8" => MemoryType.Int64,
        "r4" => MemoryType.Float32,
        _ => MemoryType.Float64,
    };

    private StackValue FieldOwner(FieldInfo field)
    {
        var owner = _stack.Pop();
        if (owner.Leaves.Length == 0 && owner.Payload is not null)
        {
            throw new KernelRefusedException($"the lambda captures '{field.Name}'; pass it to the kernel as an argument");
        }

        return owner;
    }

    private void LoadField(FieldInfo field)
    {
        var owner = FieldOwner(field);
        var (first, offset, layout) = _kernel.LayoutOf(field.DeclaringType!).Field(field);
        _stack.Push(owner.Leaves is [{ Type: IrType.Pointer } pointer]
            ? _kernel.Load(layout, _ir.Address(pointer, offset))
            : new StackValue(owner.Leaves[first..(first + layout.Leaves.Length)], layout));
    }

    private StackValue StaticField(FieldInfo field)
    {
        if (typeof(Delegate).IsAssignableFrom(field.FieldType))
        {
            throw new KernelRefusedException(NoDelegates);
        }

        if (!field.IsInitOnly && !field.IsLiteral && _kernel.Options.StaticFields == StaticFieldMode.Default)
        {
            throw new KernelRefusedException($"static field '{field.Name}' is not read-only; make it readonly, or pass it as an argument");
        }

        var value = _kernel.ReadStatic(field);
        return field.FieldType.IsValueType || field.FieldType.IsArray
            ? _kernel.Constants(value, field.FieldType)
            : new StackValue([], null, value);
    }

    private bool TranslateArray(string name, in ILInstruction instruction)
    {
        switch (name)
        {
            case "newarr":
                _stack.Push(_kernel.NewArray(ResolveType(instruction), PopScalar()));
                return true;
            case "ldlen":
                Push(_stack.Pop().Leaves[1]);
                return true;
            case "ldelema":
                Push(ElementAddress(_kernel.LayoutOf(ResolveType(instruction))));
                return true;
            case "ldelem":
                var loaded = _kernel.LayoutOf(ResolveType(instruction));
                _stack.Push(_kernel.Load(loaded, ElementAddress(loaded)));
                return true;
            case "stelem":
                var value = _stack.Pop();
                var stored = _kernel.LayoutOf(ResolveType(instruction));
                _kernel.Store(stored, ElementAddress(stored), value);
                return true;
            case "ldelem.ref" or "stelem.ref":
                throw new KernelRefusedException("arrays of objects are not supported in kernels; use structs");
        }

        if (name.StartsWith("ldelem.", StringComparison.Ordinal))
        {
            var memory = Element(name["ldelem.".Length..]);
            Push(_ir.Load(memory, ElementAddress(memory.Size())));
            return true;
        }

        if (!name.StartsWith("stelem.", StringComparison.Ordinal))
        {
            return false;
        }

        var element = Element(name["stelem.".Length..]);
        var scalar = _kernel.Coerce(element, PopScalar());
        _ir.Store(element, ElementAddress(element.Size()), scalar);
        return true;
    }

    private Value ElementAddress(TypeLayout layout) => ElementAddress(layout.Size);

    private Value ElementAddress(int size)
    {
        var index = PopScalar();
        var array = _stack.Pop();
        if (array.Leaves.Length != 2)
        {
            throw new KernelRefusedException(
                "this array is not known to the compiler; only arrays made in the kernel and static readonly arrays are");
        }

        _kernel.CheckBounds(index, array.Leaves[1]);
        return _ir.Address(array.Leaves[0], index, size);
    }
}
