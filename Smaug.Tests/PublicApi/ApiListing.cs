using System.Globalization;
using System.Reflection;
using System.Text;

namespace Smaug.Tests.PublicApi;

/// <summary>Writes the public and protected surface of a namespace in C#, one line per member, in ordinal order.</summary>
internal static class ApiListing
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(IEnumerable<Type> types)
    {
        var text = new StringBuilder();
        foreach (Type type in types.OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            if (text.Length > 0) text.Append('\n');
            text.Append(Header(type)).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal)) text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Header(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        IEnumerable<string> bases = type.GetInterfaces().Where(i => i.IsPublic || i.IsNestedPublic).Select(i => Name(i)).Order(StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum)) bases = bases.Prepend(Name(parent));
        string list = string.Join(", ", bases);
        return $"{kind} {Name(type)}{(list.Length > 0 && kind is not ("enum" or "delegate") ? " : " + list : "")}{Constraints(type.GetGenericArguments())}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            foreach (string name in Enum.GetNames(type)) yield return $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}";
            yield break;
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            yield return Method(type.GetMethod("Invoke")!);
            yield break;
        }

        foreach (FieldInfo field in type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly))
        {
            string modifier = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
            yield return $"{modifier}{Name(field.FieldType, Nullability.Create(field))} {field.Name}{(field.IsLiteral ? " = " + Literal(field.GetRawConstantValue()) : "")}";
        }

        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            string accessors = Accessor(property.GetMethod, "get") + Accessor(property.SetMethod, IsInit(property) ? "init" : "set");
            if (accessors.Length == 0) continue;
            MethodInfo any = property.GetMethod ?? property.SetMethod!;
            string index = property.GetIndexParameters() is { Length: > 0 } p ? $"this[{Parameters(p)}]" : property.Name;
            string required = property.CustomAttributes.Any(a => a.AttributeType.Name == "RequiredMemberAttribute") ? "required " : "";
            yield return $"{Modifier(any)}{required}{Name(property.PropertyType, Nullability.Create(property))} {index} {{ {accessors}}}";
        }

        foreach (EventInfo e in type.GetEvents(Declared).Where(e => e.AddMethod is { } m && Visible(m))) yield return $"event {Name(e.EventHandlerType!)} {e.Name}";
        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(Visible)) yield return $"{Plain(type)}({Parameters(constructor.GetParameters())})";
        foreach (MethodInfo method in type.GetMethods(Declared).Where(m => Visible(m) && Interesting(m))) yield return Method(method);
    }

    private static bool Interesting(MethodInfo method) =>
        (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && !method.Name.Contains('<', StringComparison.Ordinal) &&
        method.Name is not ("PrintMembers" or "Deconstruct" or "GetHashCode") &&
        !(method.Name is "Equals" or "ToString" && method.GetBaseDefinition().DeclaringType == typeof(object));

    private static string Method(MethodInfo method)
    {
        Type[] arguments = method.GetGenericArguments();
        string generic = arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(a => a.Name))}>";
        return $"{Modifier(method)}{Name(method.ReturnType, Nullability.Create(method.ReturnParameter))} {method.Name}{generic}({Parameters(method.GetParameters())}){Constraints(arguments)}";
    }

    private static string Constraints(Type[] arguments)
    {
        var text = new StringBuilder();
        foreach (Type argument in arguments.Where(a => a.IsGenericParameter))
        {
            var parts = argument.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)).Select(c => Name(c)).ToList();
            GenericParameterAttributes attributes = argument.GenericParameterAttributes;
            if (attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint)) parts.Insert(0, "struct");
            if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint)) parts.Insert(0, "class");
            if (parts.Count > 0) text.Append(CultureInfo.InvariantCulture, $" where {argument.Name} : {string.Join(", ", parts)}");
        }

        return text.ToString();
    }

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(p =>
    {
        string direction = p switch { { IsOut: true } => "out ", { ParameterType.IsByRef: true, IsIn: true } => "in ", { ParameterType.IsByRef: true } => "ref ", _ => "" };
        return $"{direction}{Name(p.ParameterType, Nullability.Create(p))} {p.Name}{(p.HasDefaultValue ? " = " + Literal(p.DefaultValue) : "")}";
    }));

    private static string Literal(object? value) => value switch
    {
        null => "default",
        string s => $"\"{s}\"",
        bool b => b ? "true" : "false",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Name(Type type, NullabilityInfo? info = null)
    {
        if (type.IsByRef) return Name(type.GetElementType()!, info);
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Name(underlying) + "?";
        string suffix = info is { ReadState: NullabilityState.Nullable } or { WriteState: NullabilityState.Nullable, ReadState: NullabilityState.Unknown } && !type.IsValueType ? "?" : "";
        if (type.IsArray) return $"{Name(type.GetElementType()!, info?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]{suffix}";
        if (!type.IsGenericType) return Plain(type) + suffix;
        Type[] arguments = type.GetGenericArguments();
        NullabilityInfo[] inner = info?.GenericTypeArguments ?? [];
        return $"{Plain(type)}<{string.Join(", ", arguments.Select((a, i) => Name(a, i < inner.Length ? inner[i] : null)))}>{suffix}";
    }

    private static string Plain(Type type)
    {
        string name = type.FullName switch
        {
            "System.Void" => "void",
            "System.Int32" => "int",
            "System.Int64" => "long",
            "System.UInt32" => "uint",
            "System.UInt64" => "ulong",
            "System.Byte" => "byte",
            "System.Int16" => "short",
            "System.Boolean" => "bool",
            "System.Double" => "double",
            "System.Single" => "float",
            "System.String" => "string",
            "System.Object" => "object",
            _ => type.Name,
        };
        int tick = name.IndexOf('`', StringComparison.Ordinal);
        if (tick >= 0) name = name[..tick];
        return type.IsNested && !type.IsGenericParameter ? $"{Plain(type.DeclaringType!)}.{name}" : name;
    }

    private static string Modifier(MethodBase method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "") +
        (method switch { { IsStatic: true } => "static ", { IsAbstract: true } when !method.DeclaringType!.IsInterface => "abstract ", { IsVirtual: true, IsFinal: false } when !method.DeclaringType!.IsInterface => "virtual ", _ => "" });

    private static string Accessor(MethodInfo? accessor, string word) =>
        accessor is null || !Visible(accessor) ? "" : (accessor.IsPublic ? "" : "protected ") + word + "; ";

    private static bool IsInit(PropertyInfo property) =>
        property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit") == true;

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;
}
